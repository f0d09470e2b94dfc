"""Words of other tools: each names our verb for it, or says what to do instead."""

from __future__ import annotations

from tests.project_folder import ProjectFolder

OURS = {
    "rollback": "downgrade",
    "undo": "downgrade",
    "db:rollback": "downgrade",
    "migrate:rollback": "downgrade",
    "up": "upgrade",
    "latest": "upgrade",
    "prisma migrate deploy": "upgrade",
    "alembic upgrade": "upgrade",
    "makemigrations": 'migrate "what changed"',
    "migrate:make": 'migrate "what changed"',
    "revision": 'migrate "what changed"',
    "diff": "check",
    "log": "history",
    "showmigrations": "status",
    "db pull": "init --from-database",
    "inspectdb": "init --from-database",
    "fresh": "reset",
    "sqlmigrate": "upgrade --sql",
    "preview": "upgrade --plan",
    "baseline": "stamp REVISION",
}
NONE_OF_OURS = ("db push", "seed", "redo", "squash", "db:dump", "psql", "syncdb", "backup")


def test_the_word_of_another_tool_names_our_verb(ready: ProjectFolder) -> None:
    for typed, ours in OURS.items():
        assert (
            f"There is no verb {typed!r}.\nWhat does that here: python tasks.py {ours}\n"
            == ready.run(*typed.split(), code=2).err
        )


def test_a_word_without_a_verb_of_ours_says_what_to_do_instead(ready: ProjectFolder) -> None:
    for typed in NONE_OF_OURS:
        said, advice = ready.run(*typed.split(), code=2).err.splitlines()
        assert f"There is no verb {typed!r}." == said
        assert "python tasks.py " in advice


def test_what_other_tools_put_behind_migrate_is_no_message(ready: ProjectFolder) -> None:
    before = ready.revisions()
    for word in ("up", "dev", "status", "rollback", "redo"):
        said = ready.run("migrate", word, code=2).err
        assert f"migrate writes a revision, and {word!r} would be its message." in said
    assert before == ready.revisions()


def test_help_on_the_word_of_another_tool_names_our_verb(ready: ProjectFolder) -> None:
    said = ready.run("help", "rollback", code=2).err
    assert "What does that here: python tasks.py downgrade" in said
