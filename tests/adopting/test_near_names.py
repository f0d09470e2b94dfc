"""Names that are nearly those of settings: noticed and named, where a default would take over."""

from __future__ import annotations

import pytest

import dbtasks
from dbtasks.project.near_names import is_nearly
from tests.project_folder import ProjectFolder

SECRET = "postgresql://ada:s3cret@h/shop"
IN_ENVIRONMENT = ["DATABSE_URL", "DATABASE_URI", "database_url", "DATABASE-URL", "DATABASEURL"]
IN_DOTENV = [
    "DATABSE_URL={}",
    "database_url={}",
    "DATABASE-URL={}",
    "DATABASE_URL: {}",
    "DATABASE_URL {}",
    "set DATABASE_URL={}",
    '$env:DATABASE_URL = "{}"',
    '"DATABASE_URL": "{}"',
    "export DATABASE_ULR='{}'",
]


def refused(folder: ProjectFolder, name: str, place: str, **variables: str) -> str:
    """Return what `upgrade` and `status` say of the only address there is, if it is no setting."""
    (folder.root / "development.db").unlink()
    for verb in ("status", "upgrade"):
        result = folder.run(verb, code=2, **variables)
        assert "" == result.out
        assert name in result.err
        assert f" in {place} " in result.err
        assert "s3cret" not in result.err
        assert "python-dotenv" in result.err or 2 == len(result.err.splitlines())
    assert [] == list(folder.root.glob("*.db"))
    return result.err


@pytest.mark.parametrize("name", IN_ENVIRONMENT)
def test_a_near_name_in_the_environment_is_named(ready: ProjectFolder, name: str) -> None:
    message = refused(ready, name, "the environment", **{name: SECRET})
    assert "Did you mean DATABASE_URL? Call it so, or set DATABASE_URL beside it." in message


@pytest.mark.parametrize("line", IN_DOTENV)
def test_a_line_of_env_that_is_nearly_right_is_named(ready: ProjectFolder, line: str) -> None:
    ready.write(".env", f"# DATABASE_URL=x\n{line.format(SECRET)}\nOTHER=1\n")
    message = refused(ready, "", ".env")
    meant = "Write it as: DATABASE_URL=..." if "DATABASE_URL" in line else "mean DATABASE_URL?"
    assert meant in message


def test_the_environment_s_name_counts_too(ready: ProjectFolder) -> None:
    result = ready.run("upgrade", code=2, APP_EVN="production")
    assert "APP_EVN in the environment is no setting, and without APP_ENV the default" in result.err


def test_one_beside_an_address_of_everybody_s_is_named_too(ready: ProjectFolder) -> None:
    ready.write("pyproject.toml", '[tool.dbtasks]\ndatabase-url = "sqlite:///team.db"\n')
    result = ready.run("upgrade", code=2, DATABSE_URL=SECRET)
    assert "without DATABASE_URL database-url in pyproject.toml would count" in result.err


@pytest.mark.parametrize(
    "variables",
    [
        {"DATABASE_URL": "sqlite:///development.db", "DATABSE_URL": SECRET},
        {"DATABASE_USER": "ada", "DATABASE_HOST": "h", "TEST_DATABASE_URL": SECRET},
        {"DATABASE_URI": ""},
        {"APP_NAME": "shop", "APP_KEY": "k", "APP_ENVIRONMENT": "x"},
    ],
)
def test_names_of_others_and_what_is_set_rightly_hinder_nobody(
    ready: ProjectFolder, variables: dict[str, str]
) -> None:
    ready.run("upgrade", **variables)


def test_an_empty_line_and_a_comment_count_as_none(ready: ProjectFolder) -> None:
    ready.write(".env", 'DATABASE_URL=\n#DATABASE_URL: x\ndatabase_url=""\nDATABASE_URI=\n')
    ready.run("upgrade")


def test_a_table_and_a_flag_that_are_nearly_right_are_named(ready: ProjectFolder) -> None:
    ready.write("pyproject.toml", '[tool.dbtask]\ndatabase-url = "sqlite:///a.db"\n')
    with pytest.raises(dbtasks.SettingsError, match=r"has \[tool.dbtask\]"):
        dbtasks.load_settings(ready.root)
    with pytest.raises(dbtasks.SettingsError, match="Did you mean database-url"):
        dbtasks.Project.load(ready.root, {"database_url": "sqlite:///a.db"})


def test_a_name_is_not_near_to_itself() -> None:
    assert not is_nearly("DATABASE_URL", "DATABASE_URL")
    assert not is_nearly("_", "DATABASE_URL")
