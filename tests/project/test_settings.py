"""Where every setting comes from, and what is said of one that can't be."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbtasks import Project, Settings, load_settings
from dbtasks.errors import SettingsError
from dbtasks.project.settings import DEFAULT_URLS, Environment
from dbtasks.project.sources import (
    DATABASE_URL,
    ENVIRONMENT,
    SEED,
    SETTINGS,
    Setting,
    read_sources,
)
from tests.project_folder import REPOSITORY, ProjectFolder

SOURCES = ("flag", "environment", ".env", "pyproject.toml")
VALUES = {
    ENVIRONMENT: ("staging", "test", "production", "development"),
    DATABASE_URL: ("sqlite:///1.db", "sqlite:///2.db", "sqlite:///3.db", "sqlite:///4.db"),
    SEED: ("first:seed", "second:seed", "third:seed", "fourth:seed"),
}
DEFAULTS = {ENVIRONMENT: "development", DATABASE_URL: "", SEED: ""}


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in VALUES:
        monkeypatch.delenv(setting.variable, raising=False)


def decided(
    root: Path, monkeypatch: pytest.MonkeyPatch, setting: Setting, values: dict[str, str]
) -> tuple[str, str]:
    """Return what is decided, and from where, with `values` in their sources."""
    root.mkdir()
    flags = {setting.flag: values["flag"]} if "flag" in values else {}
    if "environment" in values:
        monkeypatch.setenv(setting.variable, values["environment"])
    if ".env" in values:
        (root / ".env").write_text(f"{setting.variable}={values['.env']}\n", encoding="utf-8")
    if "pyproject.toml" in values:
        table = f'[tool.dbtasks]\n{setting.key} = "{values["pyproject.toml"]}"\n'
        (root / "pyproject.toml").write_text(table, encoding="utf-8")
    value = read_sources(root, flags).decide(setting)
    return value.text, value.source


@pytest.mark.parametrize("setting", VALUES, ids=lambda setting: setting.key)
@pytest.mark.parametrize("first", [*range(len(SOURCES)), None])
def test_the_first_source_that_has_a_setting_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: Setting, first: int | None
) -> None:
    names = {
        "flag": f"--{setting.flag}",
        "environment": setting.variable,
        ".env": f"{setting.variable} in .env",
        "pyproject.toml": f"{setting.key} in pyproject.toml",
    }
    present = SOURCES if first is None else SOURCES[first:]
    values = {} if first is None else dict(zip(present, VALUES[setting][first:], strict=True))
    expected = (
        (DEFAULTS[setting], "the default")
        if first is None
        else (VALUES[setting][first], names[SOURCES[first]])
    )
    assert expected == decided(tmp_path / "project", monkeypatch, setting, values)


@pytest.mark.parametrize("setting", VALUES, ids=lambda setting: setting.key)
def test_an_empty_value_counts_as_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: Setting
) -> None:
    values = {"flag": "", "environment": "", ".env": "", "pyproject.toml": VALUES[setting][0]}
    text, source = decided(tmp_path / "project", monkeypatch, setting, values)
    assert (VALUES[setting][0], f"{setting.key} in pyproject.toml") == (text, source)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [("development", "sqlite:///development.db"), ("test", "sqlite:///test.db")],
)
def test_development_and_test_have_a_database_of_their_own(
    tmp_path: Path, environment: str, expected: str
) -> None:
    settings = load_settings(tmp_path, {"env": environment})
    assert (expected, "the default") == (settings.database_url, settings.database_url_source)


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_staging_and_production_never_fall_back_on_sqlite(tmp_path: Path, environment: str) -> None:
    pyproject = '[tool.dbtasks]\ndatabase-url = "sqlite:///development.db"\n'
    (tmp_path / "pyproject.toml").write_text(pyproject, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path, {"env": environment})
    assert (
        f"The environment is {environment}, and DATABASE_URL is not set. Nothing was done: only "
        "development and test have a default database. database-url in pyproject.toml is "
        "everybody's, and does not count here.\n"
        "Set DATABASE_URL to the database's address, in the environment or in .env."
    ) == str(caught.value)
    assert 2 == caught.value.exit_code
    given = load_settings(tmp_path, {"env": environment, "database-url": "postgresql://h/d"})
    assert "postgresql://h/d" == given.database_url


@pytest.mark.parametrize(
    "text", ["prod", "Production", "dev", " ", "1", "postgresql://u:secret@h/d"]
)
def test_an_environment_of_another_name_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path, {"env": text})
    message = str(caught.value)
    assert message.startswith("--env is ")
    assert message.endswith("Use one of: development, test, staging, production.")
    assert "secret" not in message


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        (".env", "APP_ENV=tést".encode("latin-1"), ".env is not UTF-8 text"),
        (".env", "APP_ENV=test".encode("utf-16"), ".env is not UTF-8 text"),
        ("pyproject.toml", b"[tool.dbtasks\n", "pyproject.toml is not TOML: "),
        ("pyproject.toml", "x = 'é'".encode("latin-1"), "pyproject.toml is not UTF-8 text"),
        (
            "pyproject.toml",
            b'[tool.dbtasks]\ndatabase_url = "x"\n',
            "has database_url, which is no setting of dbtasks. Did you mean database-url?",
        ),
        ("pyproject.toml", b'[tool.dbtasks]\ncolour = "red"\n', "has colour, which is no setting"),
        ("pyproject.toml", b"[tool.dbtasks]\nseed = 1\n", "seed in [tool.dbtasks] of"),
        ("pyproject.toml", b'[tool]\ndbtasks = "x"\n', "is no table"),
    ],
)
def test_a_file_that_can_t_be_understood_is_named(
    tmp_path: Path, name: str, content: bytes, expected: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path)
    assert expected in str(caught.value)
    assert name in str(caught.value)
    assert 2 == len(str(caught.value).splitlines())


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("APP_ENV=test", "test"),
        ("\ufeffAPP_ENV=test\r\n", "test"),
        ("export APP_ENV='test' # for now", "test"),
        ("tool.poetry = 1\nAPP_ENV=test", "test"),
        ("NAME=test\nAPP_ENV='${NAME}'", "test"),
        ("", "development"),
    ],
)
def test_env_files_of_any_habit_are_read(tmp_path: Path, content: str, expected: str) -> None:
    (tmp_path / ".env").write_bytes(content.encode())
    assert expected == load_settings(tmp_path).environment


def test_a_project_without_a_table_of_ours_has_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("tool = 3\n", encoding="utf-8")
    (tmp_path / ".env").mkdir()
    assert Environment.DEVELOPMENT == load_settings(tmp_path).environment


def test_no_repr_holds_a_password(tmp_path: Path) -> None:
    address = "postgresql://u:s3cret@h/d?sslpassword=s3cret"
    project = Project.load(tmp_path, {"database-url": address})
    sources = read_sources(tmp_path, {"database-url": address})
    shown = [project, project.settings, project.database, sources, sources.decide(DATABASE_URL)]
    assert not [value for value in shown if "s3cret" in repr(value)]
    assert isinstance(project.settings, Settings)


@pytest.mark.needs("aiosqlite")
@pytest.mark.slow
def test_a_relative_path_is_the_project_s_wherever_the_verb_is_run(ready: ProjectFolder) -> None:
    below = ready.root / "some" / "folder"
    below.mkdir(parents=True)
    there = ProjectFolder(below)
    there.run_process("upgrade", DATABASE_URL="sqlite:///moved.db")
    there.run_process("upgrade", DATABASE_URL="sqlite+aiosqlite:///file:by_uri.db?uri=true")
    there.process(
        ["alembic", "-c", "../../alembic.ini", "upgrade", "head"],
        variables={"DATABASE_URL": "sqlite:///plain.db"},
    )
    assert [] == list(below.iterdir())
    made = {path.name for path in ready.root.glob("*.db")}
    assert {"development.db", "moved.db", "by_uri.db", "plain.db"} == made


def test_the_page_names_every_setting() -> None:
    text = (REPOSITORY / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    for setting in SETTINGS:
        flag = [] if setting is SEED else [f"`--{setting.flag}`"]
        for name in (*flag, f"`{setting.variable}`", f"`{setting.key}`"):
            assert name in text
    for environment, url in DEFAULT_URLS.items():
        assert f"| `{environment}` | `{url}` |" in text
