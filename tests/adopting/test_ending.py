"""Code of a project's own that wants to end the process: a failure with its line, never a 0."""

from __future__ import annotations

import pytest

import dbtasks
from tests.faults.broken import revision
from tests.in_process import as_if_new
from tests.models_project import ModelsProject
from tests.project_folder import ProjectFolder
from tests.states import state_of

STOPS = ["sys.exit()", "sys.exit(0)", "raise SystemExit(3)", "raise GeneratorExit"]
STOPS += ["raise asyncio.CancelledError", "raise type('Own', (BaseException,), {})"]


def stopped(folder: ProjectFolder, place: str, *words: str) -> None:
    """Make sure that a verb fails with a line of the project's, and changes nothing."""
    before = state_of(folder)
    result = folder.run(*words, code=1)
    assert "" == result.out
    assert f"{place}, line " in result.err
    assert "Traceback" not in result.err
    assert before == state_of(folder)


@pytest.mark.parametrize("stop", [*STOPS, "raise KeyboardInterrupt"])
def test_in_a_revision(ready: ProjectFolder, stop: str) -> None:
    head = ready.run("current", "--json").json()["current"][0]
    body = f'\n    import sys, asyncio\n    op.execute("CREATE TABLE half (id INT)")\n    {stop}\n'
    ready.write("alembic/versions/x.py", revision("cc333", head, body))
    before = state_of(ready)
    result = ready.run("upgrade", code=130 if "Keyboard" in stop else 1)
    assert before == state_of(ready)
    if "Keyboard" not in stop:
        assert "Revision cc333 failed: alembic/versions/x.py, line " in result.err
        assert "It was rolled back. Nothing was changed." in result.err


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("words", [("upgrade",), ("status", "--check"), ("check",), ("current",)])
def test_in_the_models(ready: ProjectFolder, stop: str, words: tuple[str, ...]) -> None:
    ready.write("models.py", f"import sys, asyncio\n{stop}\n")
    stopped(ready, "models.py", *words)


@pytest.mark.parametrize("words", [("upgrade",), ("status",), ("migrate", "x"), ("history",)])
def test_in_env_py(ready: ProjectFolder, words: tuple[str, ...]) -> None:
    path = ready.root / "alembic" / "env.py"
    path.write_text(f"{path.read_text(encoding='utf-8')}\nimport sys\nsys.exit(0)\n")
    stopped(ready, "alembic/env.py", *words)


def test_when_a_revision_is_imported(ready: ProjectFolder) -> None:
    head = ready.run("current", "--json").json()["current"][0]
    text = revision("cc333", head, "\n    pass\n")
    ready.write("alembic/versions/x.py", f"{text}\nimport sys\nsys.exit(0)\n")
    stopped(ready, "alembic/versions/x.py", "upgrade")


def test_when_a_header_has_to_be_asked_for(ready: ProjectFolder) -> None:
    text = "import sys\nrevision = input and str(1)\nraise GeneratorExit\n"
    ready.write("alembic/versions/x.py", text)
    stopped(ready, "alembic/versions/x.py", "status", "--check")


def test_in_an_option_of_env_py(ready: ProjectFolder) -> None:
    path = ready.root / "alembic" / "env.py"
    option = "def chosen(*_):\n    raise SystemExit(0)\n\n\n"
    text = path.read_text(encoding="utf-8")
    text = text.replace(
        "run_migrations(Base)", f"{option}run_migrations(Base, include_name=chosen)"
    )
    path.write_text(text)
    stopped(ready, "alembic/env.py", "check")
    stopped(ready, "alembic/env.py", "migrate", "x")


@pytest.mark.parametrize("place", ["def seed(connection):\n    sys.exit(0)\n", "sys.exit(0)\n"])
def test_in_the_seeds(ready: ProjectFolder, place: str) -> None:
    ready.write("pyproject.toml", '[tool.dbtasks]\nseed = "seeds:seed"\n')
    ready.write("seeds.py", f"import sys\n{place}")
    result = ready.run("reset", "--seed", "--yes", code=1)
    assert "seeds.py, line " in result.err


def test_in_a_hook(ready: ProjectFolder) -> None:
    env, ini = ready.root / "alembic" / "env.py", ready.root / "alembic.ini"
    hook = (
        "from alembic.script import write_hooks\n\n\n@write_hooks.register('stops')\n"
        "def stops(name, options):\n    raise SystemExit(0)\n"
    )
    env.write_text(f"{env.read_text(encoding='utf-8')}\n{hook}")
    text = ini.read_text(encoding="utf-8")
    ini.write_text(text.replace("hooks = dbtasks\n", "hooks = dbtasks, s\ns.type = stops\n"))
    ready.add_column("venue: Mapped[str | None]")
    before = state_of(ready)
    result = ready.run("migrate", "venue", code=1)
    assert "alembic/env.py, line " in result.err
    assert "Wrote" not in result.out
    assert before == state_of(ready)


def test_in_a_function_of_a_program(ready: ProjectFolder) -> None:
    head = ready.run("current", "--json").json()["current"][0]
    ready.write("alembic/versions/x.py", revision("cc333", head, "\n    raise SystemExit(0)\n"))
    with (
        as_if_new(ready.root, ready.environment()),
        pytest.raises(dbtasks.MigrationError, match="SystemExit: 0, which ends the process"),
    ):
        dbtasks.upgrade(dbtasks.Project.load(ready.root))


@pytest.mark.needs("asyncpg")
@pytest.mark.slow
def test_through_an_asynchronous_driver(on_postgresql: ModelsProject) -> None:
    on_postgresql.begin("")
    url = on_postgresql.url.replace("postgresql:", "postgresql+asyncpg:")
    on_postgresql.variables["DATABASE_URL"] = url
    text = revision("cc333", None, "\n    raise SystemExit(0)\n")
    on_postgresql.write("alembic/versions/x.py", text)
    stopped(on_postgresql, "alembic/versions/x.py", "upgrade")
