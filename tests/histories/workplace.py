"""A package in an environment of its own, and beside it a project that points at its history."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url

from tests.histories.packages import Package
from tests.in_process import Result
from tests.project_folder import REPOSITORY, SCRIPTS, expect

_LOG = logging.getLogger(__name__)
_DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg2"}
_INI = "[alembic]\nscript_location = {location}\nsqlalchemy.url = {url}\n"
_LOGGING = """
[loggers]
keys = root, alembic
[handlers]
keys = stderr
[formatters]
keys = plain
[logger_root]
level = WARN
handlers = stderr
[logger_alembic]
level = INFO
handlers =
qualname = alembic
[handler_stderr]
class = StreamHandler
args = (sys.stderr,)
formatter = plain
[formatter_plain]
format = %(levelname)s %(message)s
"""
_PROGRAMS = {
    "alembic": "from alembic.config import main",
    "dbtasks": "from dbtasks.cli.program import console as main",
}
_MODELS = """
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

def make(revision, context):
    metadata = context.opts["target_metadata"]
    is_sqlite = context.dialect.name == "sqlite"
    for table in metadata.tables.values():
        # Prefect declares an index twice, and GIN without the operator class that it needs.
        named = {index.name: index for index in table.indexes}.values()
        usings = {index: index.dialect_kwargs.get("postgresql_using") for index in named}
        table.indexes = {index for index in named if is_sqlite or usings[index] != "gin"}
    metadata.create_all(context.connection)
    context.connection.commit()
    return []

def main():
    config = Config("alembic.ini")
    script = ScriptDirectory.from_config(config)
    with EnvironmentContext(config, script, fn=make):
        script.run_env()
"""
_IN_WORKER = "import anyio; anyio.run(anyio.to_thread.run_sync, main)"


@dataclass(frozen=True)
class Workplace:
    """A package in an environment in `folder`."""

    package: Package
    folder: Path

    @classmethod
    def make(cls, package: Package, folder: Path) -> Workplace:
        """Make the environment: the package as it was pinned, and dbtasks as it is here."""
        uv = str(SCRIPTS / "uv")
        made = cls(package, folder)
        to = ["--quiet", "--python", str(made.python)]
        for command in (
            [uv, "venv", "--quiet", "--python", sys.executable, str(folder / "venv")],
            [uv, "pip", "install", *to, "--no-deps", "--requirement", str(package.requirements)],
            [uv, "pip", "install", *to, "--no-deps", "--editable", str(REPOSITORY)],
        ):
            subprocess.run(command, check=True)
        return made

    @property
    def python(self) -> Path:
        """The environment's Python."""
        folder = self.folder / "venv"
        return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def project(self, name: str, url: str) -> HistoryProject:
        """Return a project whose database is at `url`, as a user of the package would have it."""
        root = self.folder / name
        (root / "home").mkdir(parents=True)
        address = make_url(url)
        drivers = {**_DRIVERS, **self.package.drivers}
        told = address.set(drivername=drivers[address.get_backend_name()])
        text = told.render_as_string(hide_password=False)
        variables = {
            name: value.format(home=root / "home") for name, value in self.package.variables.items()
        }
        if self.package.address:
            variables[self.package.address] = text
        ini = _INI.format(
            location=self.package.location,
            url="" if self.package.address else text.replace("%", "%%"),
        )
        (root / "alembic.ini").write_text(ini + _LOGGING, encoding="utf-8")
        return HistoryProject(self, root, url, variables)


@dataclass(frozen=True)
class HistoryProject:
    """A project of a workplace, and its database."""

    workplace: Workplace
    root: Path
    url: str
    variables: dict[str, str]

    def alembic(self, *words: str, code: int | None = 0) -> Result:
        """Run plain Alembic's command line."""
        return self._run("alembic", words, code)

    def dbtasks(self, *words: str, code: int | None = 0) -> Result:
        """Run a verb."""
        return self._run("dbtasks", words, code)

    def begin(self) -> None:
        """Make what the history's first revision takes for granted."""
        if self.workplace.package.begin:
            url = make_url(self.url)
            driver = url.set(drivername=_DRIVERS[url.get_backend_name()])
            text = driver.render_as_string(hide_password=False)
            code = f"import sqlalchemy; engine = sqlalchemy.create_engine({text!r})\n"
            self._python("-c", code + self.workplace.package.begin, code=0)

    def create_all(self) -> None:
        """Make what the models declare that env.py names, as SQLAlchemy makes it."""
        self._python("-c", self._main(_MODELS), code=0)

    def _run(self, program: str, words: Sequence[str], code: int | None) -> Result:
        source = self._main(f"import sys; sys.argv[0] = {program!r}\n{_PROGRAMS[program]}")
        return self._python("-c", source, *words, code=code)

    def _main(self, source: str) -> str:
        return f"{source}\n{_IN_WORKER if self.workplace.package.is_in_worker else 'main()'}"

    def _python(self, *words: str, code: int | None) -> Result:
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        begun = time.monotonic()
        done = subprocess.run(
            [self.workplace.python, *words],
            cwd=self.root,
            env={**kept, **self.variables, "PYTHONUTF8": "1", "PYTHONWARNINGS": "ignore"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=900,  # a limit for a busy machine, not a measure
            check=False,
        )
        _LOG.info("%.1f s: %s", time.monotonic() - begun, " ".join(words[-3:]).splitlines()[-1:])
        return expect(code, words[-3:], Result(done.returncode, done.stdout, done.stderr))
