"""Invoke's Program with command lines as people type them; every door leads through it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from invoke.collection import Collection
from invoke.exceptions import Exit, ParseError
from invoke.program import Program as InvokeProgram

from dbtasks import door, terminal
from dbtasks.errors import UsageError
from dbtasks.outcome import explained, failure
from dbtasks.overview import overview, verb_help
from dbtasks.tasks import database_tasks
from dbtasks.words import HelpRequestedError, parse


def main(namespace: Collection, argv: list[str] | None = None) -> None:
    """Run the tasks of `namespace` as the command line asks, and end the process.

    `argv` is as `sys.argv`, which it defaults to.
    """
    argv = sys.argv if argv is None else argv
    binary = door.enter().prefix
    terminal.prepare()
    try:
        Program(namespace=namespace, name="dbtasks", binary=binary).run(
            [argv[0], *door.words(argv)]
        )
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has stopped, as `status | head -1` does; that is no failure.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def console() -> None:
    """Run the verbs on the project around the current folder: the `dbtasks` command."""
    main(database_tasks(project_root(Path.cwd())))


def project_root(folder: Path) -> Path:
    """Return the nearest folder from `folder` upwards that has an alembic.ini, else `folder`."""
    above = (parent for parent in (folder, *folder.parents) if (parent / "alembic.ini").is_file())
    return next(above, folder)


class Program(InvokeProgram):
    """A Program that reads words with `dbtasks.words` and returns 2 for wrong usage."""

    words: list[str]

    def parse_core_args(self) -> None:
        """Read the options before the first task, and keep all that follows as it was typed."""
        super().parse_core_args()
        typed = self.argv[1:]
        unparsed = self.core.unparsed
        end = typed.index("--") if "--" in typed else len(typed)
        self.words = typed[end - len(unparsed) :]

    def parse_core(self, argv: list[str] | None) -> None:
        """Read the options of the program itself."""
        with _usage():
            super().parse_core(argv)

    def parse_tasks(self) -> None:
        """Read the tasks and their arguments."""
        if self.args.complete.value:
            super().parse_tasks()
            return
        self.parser = self._make_parser()
        with _usage():
            try:
                self.tasks = parse(self._without_help(), self.parser.contexts)
            except HelpRequestedError as request:
                self._help(request.verb)
                raise Exit from None

    def parse_cleanup(self) -> None:
        """Answer --help, --list and --complete."""
        with _usage():
            super().parse_cleanup()

    def execute(self) -> None:
        """Run the tasks; an interrupt ends with 130."""
        with explained():
            super().execute()

    def print_version(self) -> None:
        """Print the version of dbtasks."""
        from importlib.metadata import version

        print(f"dbtasks {version('dbtasks')}")  # noqa: T201

    def print_help(self) -> None:
        """Print what there is."""
        print(overview(self.collection, self.binary))  # noqa: T201

    def print_task_help(self, name: str) -> None:
        """Print how one task is used."""
        print(verb_help(self.parser.contexts[name], self.collection[name], self.binary))  # noqa: T201

    def _without_help(self) -> list[str]:
        """Return the words, unless they are `help` and perhaps a verb."""
        if self.words[:1] == ["help"] and "help" not in self.parser.contexts:
            raise HelpRequestedError(self.words[1] if len(self.words) > 1 else "")
        return self.words

    def _help(self, verb: str) -> None:
        if not verb:
            self.print_help()
            return
        parse([verb, "--help"], {}) if verb not in self.parser.contexts else self.print_task_help(
            verb
        )


@contextmanager
def _usage() -> Iterator[None]:
    """Turn what the words lack into exit code 2."""
    try:
        yield
    except UsageError as error:
        raise failure(error) from None
    except ParseError as error:
        usage = UsageError(str(error), f"See what there is: {door.command('--help')}")
        raise failure(usage) from None
