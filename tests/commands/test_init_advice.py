"""What `init` leaves to be added by hand: verbs in one's own task files, and the requirement."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbtasks.commands.requirements import requirements_advice
from tests.faults.harm import refused
from tests.project_folder import ProjectFolder
from tests.states import files_of

INIT = ("init", "--models", "models:Base")
OWN_TASKS = "from invoke import task\n\n\n@task\ndef check(context):\n    print('mine')\n"
NAMESPACE = "from invoke import Collection\nnamespace = Collection(check)\n"


def lines_for(folder: ProjectFolder, name: str) -> str:
    """Return the lines that are to be added to a file."""
    advice = folder.run(*INIT, "--json").json()["advice"]
    (found,) = (item for item in advice if name in item["text"])
    return "".join(f"{line}\n" for line in found["lines"])


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", [pytest.param(OWN_TASKS, marks=pytest.mark.long), OWN_TASKS + NAMESPACE]
)
def test_the_verbs_come_into_a_tasks_py_of_ones_own(text: str, folder: ProjectFolder) -> None:
    folder.write_models()
    folder.write("tasks.py", text)
    folder.write("tasks.py", text + lines_for(folder, "tasks.py"))
    for name in ("migrate.ps1", "justfile", "alembic/bootstrap.py"):  # they would lead nowhere
        assert not (folder.root / name).exists()
    assert "mine\n" == folder.process(["inv", "check"]).out
    folder.process(["inv", "db.downgrade", "--yes"])
    assert folder.process(["inv", "db.status"]).out.endswith("Next: inv db.upgrade\n")
    folder.process(["inv", "db.upgrade", "--revision=head"])
    said = folder.process(["inv", "db.show", "nope"], code=2).err
    assert said.endswith("See them all: inv db.history\n")


@pytest.mark.long
@pytest.mark.needs("just")
@pytest.mark.parametrize("has_tasks", [True, False])
def test_the_verbs_come_into_a_justfile_of_ones_own(has_tasks: bool, folder: ProjectFolder) -> None:
    folder.write_models()
    own = folder.write("Justfile", "own:\n    @echo mine\n")
    if has_tasks:
        folder.write("tasks.py", OWN_TASKS)
    own.write_text(own.read_text() + lines_for(folder, "Justfile"), encoding="utf-8")
    assert not {"justfile"} & {path.name for path in folder.root.iterdir()}
    assert "mine\n" == folder.process(["just", "own"]).out
    assert "Up to date." in folder.process(["just", "db", "status"]).out
    message = 'it\'s "so" * big'
    folder.process(["just", "db", "migrate", message, "--empty"])
    assert message in folder.process(["just", "db", "history"]).out


@pytest.mark.long
@pytest.mark.needs("make")
def test_the_verbs_come_into_a_makefile(folder: ProjectFolder) -> None:
    folder.write_models()
    own = folder.write("Makefile", "own:\n\t@echo mine\n")
    own.write_text(own.read_text() + lines_for(folder, "Makefile"), encoding="utf-8")
    assert "mine\n" == folder.process(["make"]).out
    folder.process(["make", "db-downgrade", "words=-1 --yes"])
    assert "is pending" in folder.process(["make", "db-status"]).out


def test_a_tasks_py_of_another_kind_is_left_alone(folder: ProjectFolder) -> None:
    folder.write_models()
    folder.write("tasks.py", "import celery\n")
    before = files_of(folder.root)
    assert "The verbs are to be had by: dbtasks\n" in folder.run(*INIT).out
    after = files_of(folder.root)
    assert before == {name: text for name, text in after.items() if name in before}
    assert "tasks.py is yours" not in folder.run("init").out


def test_what_is_wrong_is_said_before_any_advice(folder: ProjectFolder) -> None:
    folder.write("tasks.py", OWN_TASKS)
    assert "advice" not in refused(folder, "init", "--plan", code=2)


PLACES: dict[str, tuple[dict[str, str], str, str]] = {
    "pip": ({"requirements.txt": "sqlalchemy\n"}, "requirements.txt", "dbtasks"),
    "a folder": (
        {"requirements/dev.txt": "-r base.txt\n", "requirements/base.txt": "sqlalchemy\n"},
        "requirements/base.txt",
        "dbtasks",
    ),
    "pip-tools": (
        {"requirements.in": "sqlalchemy\n", "requirements.txt": "sqlalchemy==2.0\n"},
        "requirements.in",
        "dbtasks",
    ),
    "a project": (
        {"pyproject.toml": '[project]\nname = "x"\ndependencies = ["dbtasks-more"]\n'},
        "pyproject.toml",
        '"dbtasks",',
    ),
    "a project of uv": (
        {"pyproject.toml": '[project]\nname = "x"\n', "uv.lock": "", "requirements.txt": ""},
        "uv add dbtasks",
        '"dbtasks",',
    ),
    "poetry": (
        {"pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.11"\n'},
        "[tool.poetry.dependencies] (or type: poetry add dbtasks)",
        'dbtasks = "*"',
    ),
    "pipenv": ({"Pipfile": '[packages]\nflask = "*"\n'}, "[packages]", 'dbtasks = "*"'),
    "setup.cfg": (
        {"setup.cfg": "[options]\ninstall_requires =\n    sqlalchemy\n", "setup.py": "setup()\n"},
        "setup.cfg",
        "dbtasks",
    ),
    "setup.py": ({"setup.py": "setup(install_requires=['x'])\n"}, "setup.py", '"dbtasks",'),
    "conda": (
        {"environment.yml": "dependencies:\n  - pip:\n    - x\n"},
        "environment.yml",
        "- dbtasks",
    ),
    "nothing": ({"pyproject.toml": "[tool.ruff]\n"}, "requirements.txt", "dbtasks"),
}


@pytest.mark.parametrize("kind", PLACES)
def test_the_file_that_names_requirements_is_told(kind: str, tmp_path: Path) -> None:
    contents, place, line = PLACES[kind]
    write(tmp_path, contents)
    advice = requirements_advice(tmp_path)
    assert advice is not None
    assert place in advice.text
    assert (line,) == advice.lines


NAMED = (
    {"requirements.txt": "flask\ndbtasks[postgres]>=0.1 ; python_version > '3'\n"},
    {"requirements/dev.txt": "dbtasks\n", "requirements/base.txt": "flask\n"},
    {"pyproject.toml": '[project]\nname = "x"\ndependencies = ["dbtasks>=0.1"]\n'},
    {"pyproject.toml": '[project]\nname = "x"\n[dependency-groups]\ndev = ["dbtasks"]\n'},
    {"pyproject.toml": '[tool.poetry.dependencies]\ndbtasks = "^0.1"\n'},
    {
        "pyproject.toml": "[tool.poetry]\ndependencies = {}\n[tool.poetry.group.dev]\n"
        'dependencies = {dbtasks = "*"}\n'
    },
    {"Pipfile": '[dev-packages]\ndbtasks = "*"\n'},
    {"setup.cfg": "[options]\ninstall_requires =\n    dbtasks\n"},
    {"setup.py": "setup(install_requires=['dbtasks>=1'])\n"},
    {"environment.yml": "dependencies:\n  - pip:\n    - dbtasks\n"},
)


@pytest.mark.parametrize("contents", NAMED)
def test_a_project_that_names_dbtasks_is_told_nothing(
    contents: dict[str, str], tmp_path: Path
) -> None:
    write(tmp_path, contents)
    assert requirements_advice(tmp_path) is None


def write(folder: Path, contents: dict[str, str]) -> None:
    for name, text in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
