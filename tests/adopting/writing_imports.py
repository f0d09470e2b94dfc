"""What modules beside the models do when they are imported, and how it is told."""

from __future__ import annotations

MODELS_TABLES = "the tables of the models on sqlite:///development.db"
STOPPED = "It was stopped, and nothing was changed."
ENGINE = 'engine = sa.create_engine("sqlite:///development.db")\n'
CONNECTED = f"{ENGINE}with engine.begin() as c: c."

WRITING = {
    "create_all": (f"{ENGINE}Base.metadata.create_all(engine)", f"create {MODELS_TABLES}"),
    "drop_all": (f"{ENGINE}Base.metadata.drop_all(engine)", f"drop {MODELS_TABLES}"),
    "one table": (f"{ENGINE}Gig.__table__.drop(engine)", "execute DROP TABLE gigs on "),
    "text": (f"{CONNECTED}exec_driver_sql('DELETE FROM gigs')", "execute DELETE FROM gigs on "),
    "a comment first": (
        f"{CONNECTED}exec_driver_sql('/* tidy */ DELETE FROM gigs')",
        "execute /* tidy */ DELETE FROM gigs on ",
    ),
    "a common table": (
        f"{CONNECTED}exec_driver_sql('WITH a AS (SELECT 1) DELETE FROM gigs')",
        "execute WITH a AS (SELECT 1) DELETE FROM gigs on ",
    ),
    "a session": (
        (
            f"from sqlalchemy.orm import Session\n{ENGINE}"
            "with Session(engine) as s: s.add(Gig(title='x')); s.commit()"
        ),
        "execute INSERT INTO gigs (title) VALUES (?) on ",
    ),
    "a raw connection": (
        f"{ENGINE}engine.raw_connection().cursor().execute('DELETE FROM gigs')",
        "write to the SQLite file development.db",
    ),
    "an asynchronous engine": (
        (
            "import asyncio\nfrom sqlalchemy.ext.asyncio import create_async_engine\n"
            'engine = create_async_engine("sqlite+aiosqlite:///development.db")\n'
            "async def drop():\n"
            "    async with engine.begin() as c: await c.run_sync(Base.metadata.drop_all)\n"
            "asyncio.run(drop())"
        ),
        f"drop {MODELS_TABLES}",
    ),
    "sqlite3 by hand": (
        "import sqlite3\nsqlite3.connect('development.db').execute('DELETE FROM gigs')",
        "write to the SQLite file development.db",
    ),
    "sqlite3 as a context": (
        (
            "import sqlite3\nwith sqlite3.connect('development.db') as c: c.executescript('"
            "CREATE TABLE a (b); DROP TABLE gigs')"
        ),
        "write to the SQLite file development.db",
    ),
    "a pragma that lasts": (
        "import sqlite3\nsqlite3.connect('development.db').execute('PRAGMA user_version = 4')",
        "write to the SQLite file development.db",
    ),
    "what is caught": (
        f"{ENGINE}try: Base.metadata.drop_all(engine)\nexcept Exception: pass",
        f"drop {MODELS_TABLES}",
    ),
    "a thread": (
        (
            f"import threading\n{ENGINE}"
            "t = threading.Thread(target=Base.metadata.drop_all, args=[engine])\n"
            "t.start(); t.join()"
        ),
        f"drop {MODELS_TABLES}",
    ),
    "deleting the file": (
        "import os\nos.remove('development.db')",
        "overwrite or delete the SQLite database development.db",
    ),
    "overwriting the file": (
        "import shutil\nshutil.copy('models.py', 'development.db')",
        "overwrite or delete the SQLite database development.db",
    ),
    "another database": (
        'other = sa.create_engine("sqlite:///other.db")\nBase.metadata.create_all(other)',
        "create the tables of the models on sqlite:///other.db",
    ),
    "input": ("name = input('Your name? ')", "wait for an answer from the terminal"),
    "os.system": (
        "import os\nos.system('alembic upgrade head')",
        "start the program alembic.",
    ),
}
