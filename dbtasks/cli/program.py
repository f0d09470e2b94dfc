"""Invoke's Program with command lines as people type them; every door leads through it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from invoke.collection import Collection
from invoke.exceptions import Exit, ParseError
from invoke.parser.parser import Parser
from invoke.program import Program as InvokeProgram

from dbtasks.cli import terminal
from dbtasks.cli.command_line import HelpRequestedError, find, meant, parse
from dbtasks.cli.entry_point import EntryPoint, words_typed
from dbtasks.cli.help import overview, verb_help
from dbtasks.cli.messages import failure
from dbtasks.cli.verbs import database_tasks
from dbtasks.errors import InterruptedByUserError, UsageError
from dbtasks.hints import command


def main(namespace: Collection, argv: list[str] | None = None) -> None:
    """Run the tasks of `namespace` as the command line asks, and end the process.

    `argv` is as `sys.argv`, which it defaults to.
    """
    argv = sys.argv if argv is None else argv
    entry_point = EntryPoint.of_process(argv, os.environ)
    terminal.prepare()
    try:
        Program(namespace=namespace, name="dbtasks", binary=entry_point.prefix).run(
            [argv[0], *words_typed(argv, os.environ)]
        )
    except BrokenPipeError:
        pass  # whoever read our output has stopped, as `status | head -1` does: that is no failure
    finally:
        _send_what_is_left()


def console() -> None:
    """Run the verbs on the project around the current folder: the `dbtasks` command."""
    main(database_tasks(project_root(Path.cwd())))


def project_root(folder: Path) -> Path:
    """Return the nearest folder from `folder` upwards that has an alembic.ini, else `folder`."""
    above = (parent for parent in (folder, *folder.parents) if (parent / "alembic.ini").is_file())
    return next(above, folder)


class Program(InvokeProgram):
    """A Program that reads words with `dbtasks.cli.command_line` and returns 2 for wrong usage."""

    words: list[str]

    @property
    def entry_point(self) -> EntryPoint:
        """The way in, for the hints of messages."""
        return EntryPoint(self.binary)

    def parse_core(self, argv: list[str] | None) -> None:
        """Read the options before the first task, and keep all that follows as it was typed."""
        writes_bytecode = not sys.dont_write_bytecode
        with self._usage():
            super().parse_core(argv)
            self.words = self._after_core()
        # Invoke turns this off, and each run would compile the project's own modules again.
        sys.dont_write_bytecode = not writes_bytecode

    def parse_collection(self) -> None:
        """Load the project's invoke.yaml beside its tasks, as plain Invoke does."""
        super().parse_collection()
        self.collection.configure({"dbtasks": {"entry_point": self.binary}})
        root = self.collection.configuration().get("dbtasks", {}).get("root")
        self.config.set_project_location(root)
        self.config.load_project()

    def parse_tasks(self) -> None:
        """Read the tasks and their arguments."""
        if self.args.complete.value:
            super().parse_tasks()
            return
        ignores = self.config.tasks.ignore_unknown_help
        contexts = self.collection.to_contexts(ignore_unknown_help=ignores)
        self.parser = Parser(initial=self.initial_context, contexts=contexts)
        with self._usage():
            try:
                self._notice_help()
                self.tasks = parse(self.words, self.parser.contexts)
            except HelpRequestedError as request:
                self._help(request.verb)
                raise Exit from None

    def parse_cleanup(self) -> None:
        """Answer --help, --list and --complete."""
        try:
            super().parse_cleanup()
        except Exit as end:
            if not end.message:
                raise
            raise self._misused(end.message) from None

    def execute(self) -> None:
        """Run the tasks; an interrupt of the project's own tasks ends with 130 too."""
        try:
            super().execute()
        except KeyboardInterrupt:
            raise failure(InterruptedByUserError("Interrupted."), self.entry_point) from None

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

    def _after_core(self) -> list[str]:
        """Return the words from the first task on. Raises `UsageError` for an unknown option."""
        typed, unparsed = self.argv[1:], self.core.unparsed
        if unparsed and unparsed[0].startswith("-"):
            near = meant(unparsed[0], self.initial_context.flags)
            raise UsageError(
                f"There is no option {unparsed[0]} before the verb.{near}",
                "A verb's options follow it; see them: ",
                command("help", "VERB"),
            )
        end = typed.index("--") if "--" in typed else len(typed)
        words = typed[end - len(unparsed) :]
        return words[1:] if words[:1] == ["--"] else words

    def _notice_help(self) -> None:
        """Raise `HelpRequestedError` for `help [VERB]` and `--help VERB`."""
        asked = self.args.help.value
        if isinstance(asked, str):
            raise HelpRequestedError(asked)
        if self.words[:1] == ["help"] and "help" not in self.parser.contexts:
            raise HelpRequestedError("".join(self.words[1:2]))

    def _help(self, verb: str) -> None:
        if verb:
            self.print_task_help(str(find(verb, self.parser.contexts).name))
        else:
            self.print_help()

    @contextmanager
    def _usage(self) -> Iterator[None]:
        """Turn what the words lack into exit code 2."""
        try:
            yield
        except UsageError as error:
            raise failure(error, self.entry_point) from None
        except ParseError as error:
            raise self._misused(str(error)) from None

    def _misused(self, text: str) -> Exit:
        error = UsageError(text, "See what there is: ", command("--help"))
        return failure(error, self.entry_point)


def _send_what_is_left() -> None:
    """Flush stdout here, since Python itself would complain of a reader that has stopped."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
