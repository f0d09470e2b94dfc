"""The application of a Flask project, which an env.py such as Flask-Migrate's asks for.

It is found as `flask` finds it, in the project's folder: by FLASK_APP, which `.flaskenv` or `.env`
may set, else in wsgi.py or app.py.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from dbtasks.errors import ModelsError
from dbtasks.project.environment import explained_models

if TYPE_CHECKING:
    from flask import Flask

_FILES = ("wsgi.py", "app.py")
_NAME_BEHIND = re.compile(r":(?![\\/])")
"""What stands before the name of an application or a factory; no drive of Windows'."""


class FlaskApplication:
    """The application of the project in `root`; it is loaded once, when it is first needed.

    `variables` are set in the environment for it beside those that are there: DATABASE_URL, where
    the settings know better than the environment.
    """

    def __init__(self, root: Path, variables: Mapping[str, str]) -> None:
        self._root = root
        self._variables = variables

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Let `flask.current_app` be the application meanwhile. Raises `ModelsError`."""
        if find_spec("flask") is None:  # as env.py will say itself
            yield
            return
        import flask

        if flask.has_app_context():
            yield
            return
        with self._surroundings(), self.loaded.app_context():
            yield

    @property
    def folder(self) -> Path:
        """The folder in which Flask-SQLAlchemy looks for SQLite files of a relative address."""
        return Path(self.loaded.instance_path)

    @cached_property
    def loaded(self) -> Flask:
        """The application. Raises `ModelsError` where it can't be had, or does more than load."""
        from flask.cli import NoAppException

        with explained_models(self._root), self._surroundings():
            try:
                return self._load()
            except NoAppException as error:
                raise ModelsError(
                    f"env.py asks for the Flask application, and it can't be had: "
                    f"{error.format_message().strip()} Nothing was done.",
                    "Name it in .flaskenv: FLASK_APP=package.module",
                ) from error

    def _load(self) -> Flask:
        from flask.cli import NoAppException, ScriptInfo

        named = os.environ.get("FLASK_APP")
        for place in [named] if named else filter(self._is_there, _FILES):
            module, *name = _NAME_BEHIND.split(place, maxsplit=1)
            return ScriptInfo(":".join([str(self._root / module), *name])).load_app()
        raise NoAppException("FLASK_APP is not set, and there is no wsgi.py or app.py.")

    def _is_there(self, file: str) -> bool:
        path = self._root / file
        return path.is_file() or (path.with_suffix("") / "__init__.py").is_file()

    @contextmanager
    def _surroundings(self) -> Iterator[None]:
        """Let the environment be as `flask` makes it, and give it back afterwards."""
        from dotenv import dotenv_values

        values: dict[str, str | None] = {}
        for name in (".flaskenv", ".env"):
            values |= dotenv_values(self._root / name, encoding="utf-8-sig")
        wanted = {**values, **os.environ, **self._variables}
        before = {name: os.environ.get(name) for name in wanted}
        folders = list(sys.path)
        os.environ.update({name: text for name, text in wanted.items() if text is not None})
        try:
            yield
        finally:
            sys.path[:] = folders
            for name, text in before.items():
                if text is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = text
