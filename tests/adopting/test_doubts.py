"""Settings that contradict each other: what changes is refused, what looks says it."""

from __future__ import annotations

import pytest

import dbtasks
from dbtasks.project.doubts import doubts
from tests.by_hand import rows, run_script
from tests.faults.harm import PYTHON
from tests.project_folder import ProjectFolder

CHANGING = [
    ("upgrade",),
    ("downgrade", "base", "--yes"),
    ("stamp", "head"),
    ("reset", "--yes"),
    ("init",),
]
LOOKING = [("current",), ("history",), ("upgrade", "--plan"), ("show", "head")]


def name_in_ini(folder: ProjectFolder, url: str) -> None:
    """Let alembic.ini name a database."""
    path = folder.root / "alembic.ini"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[alembic]", f"[alembic]\nsqlalchemy.url = {url}"))


def files_with_databases(folder: ProjectFolder) -> dict[str, bytes]:
    return {
        path.relative_to(folder.root).as_posix(): path.read_bytes()
        for path in folder.root.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


@pytest.fixture
def torn(ready: ProjectFolder) -> ProjectFolder:
    """A project whose .env and alembic.ini name two databases, both at the head."""
    ready.run("upgrade", DATABASE_URL="sqlite:///app.db")
    ready.write(".env", "DATABASE_URL=sqlite:///development.db\n")
    name_in_ini(ready, "sqlite:///app.db")
    return ready


@pytest.mark.parametrize("words", CHANGING, ids=" ".join)
def test_what_changes_is_refused_with_both_sources_and_the_command_that_chooses(
    torn: ProjectFolder, words: tuple[str, ...]
) -> None:
    before = files_with_databases(torn)
    result = torn.run(*words, code=2)
    assert "" == result.out
    typed = " ".join(word for word in words if word != "--yes")
    assert (
        "DATABASE_URL in .env names sqlite:///development.db, and sqlalchemy.url in alembic.ini "
        "names sqlite:///app.db. Nothing was changed.\n"
        "Correct the wrong one or take it away; or choose, for this once: "
        f"{PYTHON} {typed} --database-url sqlite:///development.db\n"
    ) == result.err
    assert before == files_with_databases(torn)


@pytest.mark.parametrize("words", CHANGING, ids=" ".join)
def test_a_flag_chooses(torn: ProjectFolder, words: tuple[str, ...]) -> None:
    torn.run(*words, "--database-url", "sqlite:///development.db")


@pytest.mark.parametrize("words", LOOKING, ids=" ".join)
def test_what_only_looks_says_it_beside_the_answer(
    torn: ProjectFolder, words: tuple[str, ...]
) -> None:
    result = torn.run(*words)
    assert result.out
    assert "sqlalchemy.url in alembic.ini names sqlite:///app.db" in result.err


def test_status_check_and_migrate_have_it_among_their_notes(torn: ProjectFolder) -> None:
    for words in (("status", "--json"), ("check", "--json"), ("migrate", "nothing", "--json")):
        result = torn.run(*words)
        (note,) = result.json()["notes"]
        assert note.startswith("DATABASE_URL in .env names sqlite:///development.db, and ")
        assert "" == result.err


def test_a_program_is_told_what_to_call(torn: ProjectFolder) -> None:
    project = dbtasks.Project.load(torn.root)
    for call in (dbtasks.upgrade, dbtasks.reset, dbtasks.seed):
        with pytest.raises(dbtasks.SettingsError) as caught:
            call(project)
        assert str(caught.value).endswith(
            f'dbtasks.{call.__name__}(dbtasks.Project.load(".", '
            '{"database-url": "sqlite:///development.db"}))'
        )


SAME = {
    "relative and whole paths": ("sqlite:///development.db", "sqlite:///%(here)s/development.db"),
    "another driver": ("sqlite:///./development.db", "sqlite+aiosqlite:///development.db"),
    "postgres and a driver": ("postgres://u:p@H.example/d", "postgresql+psycopg2://u@h.example/d"),
    "the usual port": ("postgresql://u@h/d", "postgresql://other@h:5432/d?sslmode=require"),
    "this machine": ("postgresql://localhost/d", "postgresql+nosuch://127.0.0.1/d"),
    "no address": ("postgresql://h/d", "see env.py"),
    "the placeholder": ("postgresql://h/d", "driver://user:pass@localhost/dbname"),
    "filled in by somebody": ("postgresql://h/d", "postgresql://%(USER)s@h/e"),
}
OTHER = {
    "a file": ("sqlite:///development.db", "sqlite:///data/development.db"),
    "a kind": ("sqlite:///development.db", "postgresql://h/development"),
    "a host": ("postgresql://h/d", "postgresql://i/d"),
    "a port": ("postgresql://h/d", "postgresql://h:5433/d"),
    "a name": ("postgresql://h/d", "postgresql://h/e"),
    "a schema": ("postgresql://h/d", "postgresql://h/d?options=-csearch_path%%3Da"),
    "a kind that we don't know": ("postgresql://h/d", "mysql://u:s3cret@h/d"),
}


@pytest.mark.parametrize(("ours", "theirs"), SAME.values(), ids=SAME)
def test_two_spellings_of_one_database_are_no_contradiction(
    ready: ProjectFolder, ours: str, theirs: str
) -> None:
    name_in_ini(ready, theirs)
    project = loaded(ready, ours)
    assert () == doubts_of(project)


@pytest.mark.parametrize(("ours", "theirs"), OTHER.values(), ids=OTHER)
def test_another_database_is_one_and_no_password_shows(
    ready: ProjectFolder, ours: str, theirs: str
) -> None:
    name_in_ini(ready, theirs)
    (doubt,) = doubts_of(loaded(ready, ours))
    assert "DATABASE_URL in .env names" in doubt
    assert "s3cret" not in doubt


def loaded(folder: ProjectFolder, url: str) -> dbtasks.Project:
    folder.write(".env", f"DATABASE_URL={url}\n")
    return dbtasks.Project.load(folder.root)


def doubts_of(project: dbtasks.Project) -> tuple[str, ...]:
    return doubts(project.settings)


def test_a_password_is_masked_and_to_be_filled_in(ready: ProjectFolder) -> None:
    name_in_ini(ready, "postgresql://ben:hush@h/other")
    result = ready.run("upgrade", code=2, DATABASE_URL="postgresql://ada:s3cret@h/shop")
    assert "DATABASE_URL names postgresql://ada:***@h/shop, and" in result.err
    assert "names postgresql://ben:***@h/other." in result.err
    assert '--database-url "postgresql://ada:password@h/shop"' in result.err
    assert "s3cret" not in result.err
    assert "hush" not in result.err


def test_the_environment_before_env_and_both_before_pyproject_toml_is_no_contradiction(
    ready: ProjectFolder,
) -> None:
    ready.write(".env", "DATABASE_URL=sqlite:///mine.db\n")
    ready.write("pyproject.toml", '[tool.dbtasks]\ndatabase-url = "sqlite:///team.db"\n')
    ready.run("upgrade")
    ready.run("upgrade", DATABASE_URL="sqlite:///once.db")
    assert {"mine.db", "once.db"} <= {path.name for path in ready.root.glob("*.db")}


MISMATCHES = {
    "a flag before .env": ("DATABASE_URL=sqlite:///app.db", {}, "test", "development"),
    "a flag before the environment": ("", {"DATABASE_URL": "sqlite:///app.db"}, "test", "develop"),
    "a flag before both there": (
        "",
        {"DATABASE_URL": "sqlite:///app.db", "APP_ENV": "production"},
        "development",
        "production",
    ),
    "an environment of another name": (
        "APP_ENV=prod\nDATABASE_URL=sqlite:///app.db",
        {},
        "development",
        "another one",
    ),
    "the environment before .env": (
        "DATABASE_URL=sqlite:///app.db\nAPP_ENV=development",
        {"APP_ENV": "production"},
        "",
        "development",
    ),
}


@pytest.mark.parametrize("case", MISMATCHES.values(), ids=MISMATCHES)
def test_a_database_that_was_given_for_another_environment_is_not_changed(
    ready: ProjectFolder, case: tuple[str, dict[str, str], str, str]
) -> None:
    text, variables, flag, meant = case
    ready.run("upgrade", DATABASE_URL="sqlite:///app.db")
    app = f"sqlite:///{ready.root}/app.db"
    run_script(app, "INSERT INTO gigs VALUES (1, 'Walk')")
    ready.write(".env", text)
    words = ["--env", flag] if flag else []
    for verb in (("upgrade",), ("downgrade", "base", "--yes"), ("reset", "--yes")):
        if flag or verb[0] != "reset":
            result = ready.run(*verb, *words, code=2, **variables)
            assert f"was given for {meant}" in result.err
    assert [(1, "Walk")] == rows(app, "SELECT * FROM gigs")
    (note,) = ready.run("status", "--json", *words, **variables).json()["notes"]
    assert f"was given for {meant}" in note


@pytest.mark.parametrize(
    ("text", "variables", "words"),
    [
        ("APP_ENV=test\nDATABASE_URL=sqlite:///app.db", {}, ["--env", "test"]),
        ("", {"APP_ENV": "test", "DATABASE_URL": "sqlite:///app.db"}, ["--env", "test"]),
        ("", {"APP_ENV": "test", "DATABASE_URL": "sqlite:///app.db"}, []),
        ("APP_ENV=test", {"DATABASE_URL": "sqlite:///app.db"}, []),
        ("DATABASE_URL=sqlite:///x.db", {}, ["--env", "test", "--database-url", "sqlite:///a.db"]),
        ("DATABASE_URL=sqlite:///app.db", {"APP_ENV": "production"}, []),
        ("", {}, ["--env", "test"]),
    ],
)
def test_one_that_was_given_for_this_environment_is_changed(
    ready: ProjectFolder, text: str, variables: dict[str, str], words: list[str]
) -> None:
    ready.write(".env", text)
    ready.run("upgrade", *words, **variables)
    assert [] == ready.run("status", "--json", *words, **variables).json()["notes"]
