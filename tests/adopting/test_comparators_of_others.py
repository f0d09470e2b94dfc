"""What a project's other tools compare, views for instance, is found and written as ever."""

from __future__ import annotations

import pytest

from tests.models_project import TITLE, ModelsProject, model

pytestmark = pytest.mark.slow

VIEWS = """
from alembic.autogenerate import comparators, renderers
from alembic.operations import MigrateOperation, Operations

VIEWS = {views}


@Operations.register_operation("create_view")
class CreateViewOp(MigrateOperation):
    def __init__(self, name, query):
        self.name, self.query = name, query

    @classmethod
    def create_view(cls, operations, name, query):
        return operations.invoke(cls(name, query))

    def reverse(self):
        return DropViewOp(self.name, self.query)


@Operations.register_operation("drop_view")
class DropViewOp(CreateViewOp):
    @classmethod
    def drop_view(cls, operations, name, query):
        return operations.invoke(cls(name, query))

    def reverse(self):
        return CreateViewOp(self.name, self.query)


@Operations.implementation_for(CreateViewOp)
def create_view(operations, operation):
    operations.execute(f"CREATE VIEW {{operation.name}} AS {{operation.query}}")


@Operations.implementation_for(DropViewOp)
def drop_view(operations, operation):
    operations.execute(f"DROP VIEW {{operation.name}}")


@renderers.dispatch_for(CreateViewOp)
def render(context, operation):
    return f"op.create_view({{operation.name!r}}, {{operation.query!r}})"


@renderers.dispatch_for(DropViewOp)
def render_drop(context, operation):
    return f"op.drop_view({{operation.name!r}}, {{operation.query!r}})"


@comparators.dispatch_for("schema")
def compare_views(context, upgrade_ops, schemas):
    there = sa.inspect(context.connection).get_view_names()
    for name, query in VIEWS.items():
        if name not in there:
            upgrade_ops.ops.append(CreateViewOp(name, query))
"""
NO_VIEWS = VIEWS.format(views={})
ONE_VIEW = VIEWS.format(views={"titles": "SELECT title FROM gigs"})


def _change(project: ModelsProject, models: str) -> str:
    project.models(models)
    return project.run_process("migrate", "change").out


def _begin(project: ModelsProject) -> None:
    project.models(model("gigs", TITLE) + NO_VIEWS)
    project.run_process("init", "--models", "models:Base")
    project.execute("INSERT INTO gigs (title) VALUES ('a')")


@pytest.mark.long
def test_what_another_comparator_finds_is_a_difference(on_sqlite: ModelsProject) -> None:
    _begin(on_sqlite)
    on_sqlite.models(model("gigs", TITLE) + ONE_VIEW)
    checked = on_sqlite.run_process("check", code=4)
    assert "? op.create_view('titles', 'SELECT title FROM gigs')" in checked.out


def test_what_another_comparator_finds_is_written_though_nothing_else_has_changed(
    on_sqlite: ModelsProject,
) -> None:
    _begin(on_sqlite)
    assert "op.create_view('titles'" in _change(on_sqlite, model("gigs", TITLE) + ONE_VIEW)
    on_sqlite.run_process("upgrade")
    assert [("a",)] == on_sqlite.rows("SELECT title FROM titles")
    on_sqlite.run_process("check")
    on_sqlite.run_process("downgrade", "-1", "--yes")
    on_sqlite.run_process("check", code=4)


@pytest.mark.long
def test_what_another_comparator_finds_comes_after_the_tables_that_it_is_about(
    on_sqlite: ModelsProject,
) -> None:
    _begin(on_sqlite)
    shows = model("gigs", TITLE) + model("shows", TITLE)
    _change(on_sqlite, shows + VIEWS.format(views={"all_shows": "SELECT title FROM shows"}))
    on_sqlite.run_process("upgrade")
    assert [] == on_sqlite.rows("SELECT title FROM all_shows")
    on_sqlite.run_process("downgrade", "-1", "--yes")
