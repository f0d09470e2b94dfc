"""Indexes that PostgreSQL makes by an operator class which only the database names."""

from __future__ import annotations

from tests.models_project import PLAIN_PRELUDE, ModelsProject, model

TITLE = "title: Mapped[str] = mapped_column(sa.String(80))"
INDEX = 'sa.Index("ix_gigs_title", "title", postgresql_using="gist")'
OPERATORS = """
CREATE TYPE pair AS (a int);
CREATE FUNCTION never(internal, text, smallint, oid, internal) RETURNS bool
    AS 'gist_point_consistent' LANGUAGE internal;
CREATE OPERATOR CLASS words FOR TYPE text USING gist AS STORAGE box;
"""


def test_models_without_the_class_agree_with_the_index_that_is_there(
    on_postgresql: ModelsProject,
) -> None:
    project = on_postgresql
    project.prelude = PLAIN_PRELUDE
    project.begin(model("gigs", TITLE))
    project.execute("CREATE OPERATOR CLASS words FOR TYPE text USING spgist AS STORAGE text")
    project.execute("CREATE INDEX ix_gigs_title ON gigs USING spgist (title words)")
    project.models(model("gigs", TITLE, args=INDEX))
    assert "Models and database agree.\n" == project.run("check").out
