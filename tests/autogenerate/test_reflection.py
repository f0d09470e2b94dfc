"""SQLAlchemy's tables of what a database has."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from dbtasks.autogenerate.state.reflection import reflected
from dbtasks.databases import backend_of
from dbtasks.databases.postgresql.table_options import takes_with


@pytest.mark.slow
def test_a_table_with_storage_parameters_is_reflected_with_them(postgresql_url: str) -> None:
    engine = sa.create_engine(postgresql_url)
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE gigs (id int) WITH (fillfactor=70)")
        table_of = reflected(connection, backend_of(connection).read_schema(connection))
        table = table_of("gigs", None)
    engine.dispose()
    assert ["id"] == [column.name for column in table.columns]
    expected = {"fillfactor": "70"} if takes_with() else None
    assert expected == table.dialect_kwargs.get("postgresql_with")
