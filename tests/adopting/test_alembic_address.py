"""The address that a project's Alembic configuration names: where it counts, and where not."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbtasks import Project, SettingsError, load_settings
from dbtasks.errors import DbtasksError
from tests.project_folder import ProjectFolder

INI = "[alembic]\nscript_location = %(here)s/alembic\nprepend_sys_path = %(here)s\n"
PLACEHOLDER = "sqlalchemy.url = driver://user:pass@localhost/dbname\n"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("APP_ENV", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


def address(root: Path, **files: str) -> tuple[str, str]:
    """Return the address, and where it is from, in a folder with these files."""
    for name, text in files.items():
        path = root / {"ini": "alembic.ini", "toml": "pyproject.toml", "env": ".env"}[name]
        path.write_text(text, encoding="utf-8")
    settings = load_settings(root)
    return settings.database_url, settings.database_url_source


def test_it_counts_before_the_default_and_behind_all_else(tmp_path: Path) -> None:
    ini = f"{INI}sqlalchemy.url = sqlite:///app.db\n"
    assert ("sqlite:///app.db", "sqlalchemy.url in alembic.ini") == address(tmp_path, ini=ini)
    toml = '[tool.dbtasks]\ndatabase-url = "sqlite:///team.db"\n'
    assert ("sqlite:///team.db", "database-url in pyproject.toml") == address(tmp_path, toml=toml)


@pytest.mark.parametrize(
    ("ini", "expected"),
    [
        ("name = shop\nsqlalchemy.url = sqlite:///%(name)s.db\n", "sqlite:///shop.db"),
        ("sqlalchemy.url = sqlite:///%(here)s/app.db\n", "sqlite:///{root}/app.db"),
        ("sqlalchemy.url = postgresql://u:a%%40b@h/d\n", "postgresql://u:a%40b@h/d"),
        (PLACEHOLDER, "sqlite:///development.db"),
        ("sqlalchemy.url =\n", "sqlite:///development.db"),
        ("[other]\nsqlalchemy.url = sqlite:///other.db\n", "sqlite:///development.db"),
    ],
)
def test_alembic_ini_is_read_as_alembic_reads_it(tmp_path: Path, ini: str, expected: str) -> None:
    found, _ = address(tmp_path, ini=INI + ini)
    assert expected.replace("{root}", tmp_path.as_posix()) == found


@pytest.mark.parametrize("ini", ["", INI, INI + PLACEHOLDER])
def test_the_table_of_pyproject_toml_counts_behind_it(tmp_path: Path, ini: str) -> None:
    files = {"ini": ini} if ini else {}
    toml = '[tool.alembic]\n"sqlalchemy.url" = "sqlite:///%(here)s/toml.db"\n'
    expected = f"sqlite:///{tmp_path.as_posix()}/toml.db", "sqlalchemy.url in pyproject.toml"
    assert expected == address(tmp_path, toml=toml, **files)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"ini": f"{INI}sqlalchemy.url = %(DB)s\n"},
            "sqlalchemy.url in alembic.ini asks for %(db)s",
        ),
        (
            {"toml": '[tool.alembic]\n"sqlalchemy.url" = "%(DB)s"\n'},
            "sqlalchemy.url in pyproject.toml asks for %(DB)s",
        ),
        (
            {"toml": '[tool.alembic]\n"sqlalchemy.url" = "postgresql://u:s3%cret@h/d"\n'},
            "sqlalchemy.url in pyproject.toml has a % that stands for nothing.",
        ),
        (
            {"ini": f"{INI}sqlalchemy.url = postgresql://u:s3%cret@h/d\n"},
            "alembic.ini can't be read: sqlalchemy.url in [alembic] has a % that stands for",
        ),
        ({"ini": f"{INI}sqlalchemy_url = sqlite:///a.db\n"}, "sqlalchemy_url in alembic.ini is no"),
        (
            {"toml": '[tool.alembic]\nsqlalchemy.url = "sqlite:///a.db"\n'},
            "sqlalchemy.url without quotes in pyproject.toml is no setting",
        ),
        ({"ini": ""}, "alembic.ini has no section [alembic]"),
    ],
)
def test_one_that_is_not_to_be_had_is_said_and_no_default_takes_its_place(
    tmp_path: Path, files: dict[str, str], expected: str
) -> None:
    with pytest.raises(DbtasksError) as caught:
        address(tmp_path, **files)
    assert str(caught.value).startswith(expected)
    assert "s3" not in str(caught.value)
    assert ("sqlite:///x.db", "DATABASE_URL in .env") == address(
        tmp_path, env="DATABASE_URL=sqlite:///x.db"
    )


def test_staging_and_production_take_none_that_everybody_shares(tmp_path: Path) -> None:
    (tmp_path / "alembic.ini").write_text(f"{INI}sqlalchemy.url = sqlite:///app.db\n")
    with pytest.raises(SettingsError, match=r"sqlalchemy.url in alembic.ini is everybody's"):
        load_settings(tmp_path, {"env": "production"})


def test_an_address_that_is_none_is_an_error_and_never_the_default(tmp_path: Path) -> None:
    (tmp_path / "alembic.ini").write_text(f"{INI}sqlalchemy.url = see env.py\n")
    with pytest.raises(SettingsError, match=r"sqlalchemy.url in alembic.ini is not the address"):
        _ = Project.load(tmp_path).database


def test_a_project_of_alembics_goes_on_with_its_own_database(ready: ProjectFolder) -> None:
    ini = ready.root / "alembic.ini"
    text = ini.read_text(encoding="utf-8")
    ini.write_text(text.replace("[alembic]", "[alembic]\nsqlalchemy.url = sqlite:///app.db"))
    (ready.root / "development.db").unlink()
    assert "(sqlalchemy.url in alembic.ini)" in ready.run("status").out
    ready.run("upgrade")
    assert ["app.db"] == [path.name for path in ready.root.glob("*.db")]


def test_a_fresh_clone_without_any_address_still_makes_its_default_database(
    ready: ProjectFolder,
) -> None:
    (ready.root / "development.db").unlink()
    ready.run("upgrade")
    assert (ready.root / "development.db").exists()
