"""Invoke's Program with command lines as people type them; every entry point leads here."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from invoke.collection import Collection
from invoke.exceptions import Exit, ParseError
from invoke.parser.parser import Parser
from invoke.program import Program as InvokeProgram

from dbtasks.cli import terminal
from dbtasks.cli.command_line import HELP, HelpRequestedError, find, meant, parse
from dbtasks.cli.completion import POWERSHELL, candidates, checked_shell, powershell_script
from dbtasks.cli.entry_point import EntryPoint, words_typed
from dbtasks.cli.help import columns, overview, verb_help
from dbtasks.cli.messages import failure, wants_json
from dbtasks.cli.verbs import database_tasks
from dbtasks.errors import DbtasksError, InterruptedByUserError, UsageError
from dbtasks.hints import command
from dbtasks.project.configuration_files import is_configured


def main(namespace: Collection, argv: list[str] | None = None) -> None:
    """Run the tasks of `namespace` as the command line asks, and end the process.

    `argv` is as `sys.argv`, which it defaults to.
    """
    argv = sys.argv if argv is None else argv
    entry_point = EntryPoint.of_process(argv, os.environ)
    terminal.prepare()
    try:
        Program(
            namespace=namespace,
            name="dbtasks",
            binary=entry_point.prefix,
            binary_names=["dbtasks"],  # whose words bash, fish and zsh can complete
        ).run([argv[0], *words_typed(argv, os.environ)])
    except BrokenPipeError:
        pass  # whoever read our output has stopped, as `status | head -1` does: that is no failure
    finally:
        _send_what_is_left()


def console() -> None:
    """Run the verbs on the project around the current folder: the `dbtasks` command."""
    main(database_tasks(project_root(Path.cwd())))


def project_root(folder: Path) -> Path:
    """Return the nearest folder from `folder` upwards that is a project's, else `folder`."""
    return next(filter(is_configured, (folder, *folder.parents)), folder)


class Program(InvokeProgram):
    """A Program that reads words with `dbtasks.cli.command_line` and returns 2 for wrong usage."""

    words: list[str]

    @property
    def entry_point(self) -> EntryPoint:
        """The entry point, for the hints of messages."""
        return EntryPoint(self.binary)

    def parse_core(self, argv: list[str] | None) -> None:
        """Read the options before the first task, and keep all that follows as it was typed."""
        writes_bytecode = not sys.dont_write_bytecode
        with self._usage():
            super().parse_core(argv)
            self.words = self._after_core()
        # Invoke turns this off, and each run would compile the project's own modules again.
        sys.dont_write_bytecode = not writes_bytecode

    def parse_core_args(self) -> None:
        """Answer --print-completion-script for PowerShell; Invoke answers it for other shells."""
        super().parse_core_args()
        shell = self.args["print-completion-script"].value
        if shell and checked_shell(shell) == POWERSHELL:
            print(powershell_script(), end="")  # noqa: T201
            raise Exit

    def parse_collection(self) -> None:
        """Load the project's invoke.yaml beside its tasks, as plain Invoke does."""
        super().parse_collection()
        self.collection.configure({"dbtasks": {"entry_point": self.binary}})
        root = self.collection.configuration().get("dbtasks", {}).get("root")
        self.config.set_project_location(root)
        self.config.load_project()

    def parse_tasks(self) -> None:
        """Read the tasks and their arguments; or else answer --help and --complete."""
        ignores = self.config.tasks.ignore_unknown_help
        contexts = self.collection.to_contexts(ignore_unknown_help=ignores)
        self.parser = Parser(initial=self.initial_context, contexts=contexts)
        if self.args.complete.value:
            for candidate in candidates(self.words[1:], self.parser.contexts):
                print(candidate)  # noqa: T201
            raise Exit
        with self._usage():
            try:
                self._notice_help()
                self.tasks = parse(self.words, self.parser.contexts)
            except HelpRequestedError as request:
                self._help(request.verb)
                raise Exit from None

    def parse_cleanup(self) -> None:
        """Answer --help and --list."""
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
            raise self._failure(InterruptedByUserError("Interrupted.")) from None

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

    def print_columns(self, tuples: Sequence[tuple[str, str | None]]) -> None:
        """Print what --list shows, as wide as --help."""
        for line in columns((name, text or "") for name, text in tuples):
            print(line)  # noqa: T201
        print()  # noqa: T201

    def _after_core(self) -> list[str]:
        """Return the words from the first task on. Raises `UsageError` for an unknown option."""
        typed, unparsed = self.argv[1:], self.core.unparsed
        first = unparsed[0] if unparsed else ""
        if first.startswith("-") and not (first in HELP and first in typed):
            near = meant(first, self.initial_context.flags)
            raise UsageError(
                f"There is no option {first} before the verb.{near}",
                "A verb's options follow it; see them: ",
                command("help", "VERB"),
            )
        end = typed.index("--") if "--" in typed else len(typed)
        words = typed[end - len(unparsed) :]
        return words[1:] if words[:1] == ["--"] else words

    def _notice_help(self) -> None:
        """Raise `HelpRequestedError` for `help [VERB]`, `--help VERB` and `/? [VERB]`."""
        asked = self.args.help.value
        if isinstance(asked, str):
            raise HelpRequestedError(asked)
        first, *more = self.words or [""]
        if first in HELP or (first == "help" and first not in self.parser.contexts):
            raise HelpRequestedError("".join(word for word in more[:1] if word not in HELP))

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
            raise self._failure(error) from None
        except ParseError as error:
            raise self._misused(str(error)) from None

    def _misused(self, text: str) -> Exit:
        error = UsageError(text, "See what there is: ", command("--help"))
        return self._failure(error)

    def _failure(self, error: DbtasksError) -> Exit:
        return failure(error, self.entry_point, as_json=wants_json(self.argv[1:]))


def _send_what_is_left() -> None:
    """Flush stdout here, since Python itself would complain of a reader that has stopped."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
