"""Files that are missing or broken, told by their names."""

from __future__ import annotations

import os

import pytest

from tests.faults.broken import revision
from tests.faults.harm import refused, remove, settled, unprivileged, write
from tests.project_folder import ProjectFolder
from tests.states import files_of

THIRD = "alembic/versions/3_third.py"
NO_SECTION = (
    "alembic.ini has no section [alembic], where Alembic's configuration begins.\n"
    "Write in {root}/alembic.ini: [alembic] and below it script_location = %(here)s/alembic; or "
    "delete the file, which is written anew by: {python} init"
)
FILES = {
    "no alembic.ini": (
        remove("alembic.ini"),
        "There is no alembic.ini in {root}.\nMake the project ready: {python} init",
    ),
    "alembic.ini that is no ini": (
        write("alembic.ini", "url = postgresql://u:secret@h/d\n"),
        (
            "alembic.ini can't be read: line 1 comes before any [section].\n"
            "Correct {root}/alembic.ini."
        ),
    ),
    "alembic.ini with a percent sign": (
        write("alembic.ini", "[alembic]\nversion_locations = %(x)s\nscript_location = alembic"),
        (
            "alembic.ini can't be read: version_locations in [alembic] has a % that stands for "
            "nothing; a plain % is written %%.\nCorrect {root}/alembic.ini."
        ),
    ),
    "an empty alembic.ini": (write("alembic.ini", ""), NO_SECTION),
    "alembic.ini without Alembic's section": (
        write("alembic.ini", "[loggers]\nkeys = root\n"),
        NO_SECTION,
    ),
    "alembic.ini with a folder that has no name": (
        write("alembic.ini", "[alembic]\nscript_location =\n"),
        (
            "alembic.ini does not name the folder of the migration scripts.\n"
            "Add below [alembic]: script_location = %(here)s/alembic"
        ),
    ),
    "alembic.ini with a number that is none": (
        write(
            "alembic.ini",
            "[alembic]\nscript_location = %(here)s/alembic\ntruncate_slug_length = x\n",
        ),
        (
            "alembic.ini holds what Alembic can't use: invalid literal for int() with base 10: "
            "'x'.\nCorrect it there."
        ),
    ),
    "alembic.ini without a folder": (
        write("alembic.ini", "[alembic]\n"),
        (
            "alembic.ini does not name the folder of the migration scripts.\n"
            "Add below [alembic]: script_location = %(here)s/alembic"
        ),
    ),
    "alembic.ini with a folder that is missing": (
        write("alembic.ini", "[alembic]\nscript_location = %(here)s/scripts\n"),
        "The folder scripts/, which alembic.ini names, is missing.\nMake it: {python} init",
    ),
    "no versions": (
        remove("alembic/versions"),
        "The folder alembic/versions/ is missing.\nMake it again: {python} init",
    ),
    "no env.py": (
        remove("alembic/env.py"),
        "alembic/env.py is missing.\nWrite it again: {python} init",
    ),
    "an env.py that fails": (
        write("alembic/env.py", "from alembic import context\nlen(1)\n"),
        (
            "env.py fails: alembic/env.py, line 2: len(1): TypeError: "
            "object of type 'int' has no len().\nMend that line and try again."
        ),
    ),
    "a revision that is no Python": (
        write(THIRD, "revision = 'x'\ndef upgrade(:\n"),
        (
            "A revision does not load: alembic/versions/3_third.py, line 2: def upgrade(:: "
            "SyntaxError: invalid syntax.\nMend the file and try again."
        ),
    ),
    "a revision that has to be imported for its id, and does not import": (
        write(THIRD, "import nowhere\nrevision = nowhere.ID\n"),
        (
            "A revision does not load: alembic/versions/3_third.py, line 1: import nowhere: "
            "ModuleNotFoundError: No module named 'nowhere'.\n"
            "Install what has nowhere, or mend the file and try again."
        ),
    ),
    "a revision without an id": (
        write(THIRD, "print\n"),
        (
            "The revisions form no history: alembic/versions/3_third.py names no revision.\n"
            "If it is no revision, move it elsewhere; else give it: revision = ..."
        ),
    ),
    "a revision whose parent no file has": (
        write(THIRD, revision("c3", "gone")),
        (
            "The revisions form no history: alembic/versions/3_third.py follows revision gone, "
            "which no file has.\nGet the missing file (another branch, a colleague's commit), or "
            "correct down_revision in alembic/versions/3_third.py."
        ),
    ),
    "an id that two files have": (
        write(THIRD, revision("abc222", "abc111")),
        (
            "The revisions form no history: Revision abc222 is claimed by "
            "alembic/versions/2_second.py and alembic/versions/3_third.py.\n"
            "Remove the copy, or give it a revision of its own."
        ),
    ),
    "a circle": (
        write("alembic/versions/1_first.py", revision("abc111", "abc222")),
        (
            "The revisions form no history: These revisions follow each other in a circle: "
            "alembic/versions/1_first.py, alembic/versions/2_second.py.\n"
            "Correct down_revision in one of them."
        ),
    ),
    "a .env in another encoding": (
        lambda project: (project.root / ".env").write_bytes("APP_ENV=test".encode("utf-16")),
        (
            ".env is not UTF-8 text, as PowerShell's > writes it, for instance.\n"
            "Save {root}/.env as UTF-8 and try again."
        ),
    ),
    "a pyproject.toml that is no TOML": (
        write("pyproject.toml", "[tool.dbtasks\n"),
        (
            "pyproject.toml is not TOML: Expected ']' at the end of a table declaration (at "
            "line 1, column 14).\nCorrect that place in {root}/pyproject.toml."
        ),
    ),
    "a setting that is none": (
        write("pyproject.toml", '[tool.dbtasks]\ndatabase_url = "x"\n'),
        (
            "[tool.dbtasks] in pyproject.toml has database_url, which is no setting of dbtasks. "
            "Did you mean database-url?\n"
            "The settings are: alembic-config, database-url, environment, seed."
        ),
    ),
}
_USAGE = {
    "a .env in another encoding",
    "a pyproject.toml that is no TOML",
    "a setting that is none",
}


@pytest.mark.parametrize("name", FILES)
def test_files_that_are_missing_or_broken(project: ProjectFolder, name: str) -> None:
    spoil, expected = FILES[name]
    spoil(project)
    said = refused(project, "status", code=2 if name in _USAGE else 1)
    assert f"{settled(expected, project)}\n" == said


def test_a_revision_that_does_not_import_is_only_in_the_way_of_those_who_run_it(
    project: ProjectFolder,
) -> None:
    write(THIRD, "import nowhere\n" + revision("c3", "abc222"))(project)
    before = project.run("status").out
    project.run("show", "c3")
    said = refused(project, "upgrade", code=1)
    assert (
        "A revision does not load: alembic/versions/3_third.py, line 1: import nowhere: "
        "ModuleNotFoundError: No module named 'nowhere'. Nothing was changed.\n"
        "Install what has nowhere, or mend the file and try again.\n"
    ) == said
    assert before == project.run("status").out


@pytest.mark.slow
def test_a_package_that_hides_alembic_is_named(project: ProjectFolder) -> None:
    """In a process: Alembic is imported there, and not before."""
    project.write("alembic/__init__.py", "")
    expected = (
        "{root}/alembic/__init__.py is taken for the library alembic, which it hides.\n"
        "Delete it if it is empty, or give it another name; then try again.\n"
    )
    assert settled(expected, project) == project.run_process("status", code=1).err


def test_a_template_that_is_missing_is_named(project: ProjectFolder) -> None:
    remove("alembic/script.py.mako")(project)
    expected = (
        "{root}/alembic/script.py.mako: No such file or directory.\n"
        "Write again what init has written: {python} init\n"
    )
    assert settled(expected, project) == refused(project, "migrate", "x", "--empty", code=1)
    project.run("init")
    project.run("migrate", "x", "--empty")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows folders have no read-only mode")
def test_a_folder_that_can_not_be_written_is_named(project: ProjectFolder) -> None:
    (project.root / "migrate.cmd").unlink()
    folders = [project.root, project.root / "alembic" / "versions"]
    before = files_of(project.root)
    for folder in folders:
        folder.chmod(0o555)
    try:
        for words, name in ((["init"], "migrate.cmd"), (["migrate", "x", "--empty"], "alembic/")):
            result = unprivileged(project, *words)
            assert 1 == result.code
            assert result.err.startswith(f"{project.root}/{name}")
            assert result.err.endswith(
                ": Permission denied.\nLet your user read and write there, then try again.\n"
            )
        assert before == files_of(project.root)
    finally:
        for folder in folders:
            folder.chmod(0o755)


def test_verbs_that_write_refuse_a_broken_history_too(project: ProjectFolder) -> None:
    spoil, expected = FILES["an id that two files have"]
    spoil(project)
    for words in (["upgrade"], ["downgrade", "--yes"], ["migrate", "x"], ["init"]):
        assert f"{expected}\n" == refused(project, *words, code=1)
