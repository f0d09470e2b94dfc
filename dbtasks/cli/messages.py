"""The one place where an error becomes a message and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from traceback import format_exc

from invoke.exceptions import Exit

from dbtasks.cli.entry_point import EntryPoint
from dbtasks.cli.layout import harmless
from dbtasks.errors import DbtasksError, ExitCode, InterruptedByUserError, ProjectError
from dbtasks.hints import Command, command


@contextmanager
def explained(
    entry_point: EntryPoint, *, traceback: bool = False, as_json: bool = False
) -> Iterator[None]:
    """Turn what goes wrong inside into Invoke's `Exit`, with one message and the right code.

    `traceback` shows the traceback as well, on stderr. A bug of our own is not hidden: it passes,
    behind the object that a program waits for `as_json`.
    """
    try:
        yield
    except KeyboardInterrupt:
        stopped = InterruptedByUserError(
            "Interrupted. What was not finished was rolled back.", "To look: ", command("status")
        )
        raise failure(stopped, entry_point, as_json=as_json) from None
    except DbtasksError as error:
        _show_traceback(traceback)
        raise failure(error, entry_point, as_json=as_json) from None
    except OSError as error:
        if error.filename is None:  # no file that somebody could mend: a closed pipe, a bug
            raise
        _show_traceback(traceback)
        raise failure(_file_error(error), entry_point, as_json=as_json) from None
    except Exit:
        raise
    except Exception as error:
        if as_json:
            _print_json(_bug(error), entry_point)
        raise


def failure(error: DbtasksError, entry_point: EntryPoint, *, as_json: bool = False) -> Exit:
    """Return the way to end Invoke for an error, which shows its message.

    `as_json` shows it here, as one object on stdout, and leaves nothing for Invoke to show.
    """
    if as_json:
        _print_json(error, entry_point)
        return Exit(code=int(error.exit_code))
    return Exit(harmless(error.message(entry_point.write)), code=int(error.exit_code))


def wants_json(words: Sequence[str]) -> bool:
    """Whether words that may not be understood ask for JSON."""
    end = words.index("--") if "--" in words else len(words)
    return "--json" in words[:end]


def finish(code: ExitCode) -> None:
    """End with a code and no message, as `status --check` does when the database is behind."""
    if code is not ExitCode.DONE:
        raise Exit(code=int(code))


def _print_json(error: DbtasksError, entry_point: EntryPoint) -> None:
    from dbtasks.cli.as_json import to_json
    from dbtasks.failure import Failed, Failure

    failed = Failure(
        code=error.kind,
        exit_code=int(error.exit_code),
        message=error.what,
        advice=error.advice(entry_point.write),
        commands=tuple(
            entry_point.write(piece) for piece in error.next_step if isinstance(piece, Command)
        ),
    )
    print(to_json(Failed(failed)), flush=True)  # noqa: T201


def _bug(error: Exception) -> DbtasksError:
    text = f"{type(error).__name__}: {error}".rstrip(": ")
    return DbtasksError(f"dbtasks has failed: {text}", "Report it, with the text on stderr.")


def _show_traceback(wanted: bool) -> None:
    if wanted:
        print(harmless(format_exc()), file=sys.stderr)  # noqa: T201


def _file_error(error: OSError) -> ProjectError:
    """Return the error to show for a file that is missing, or can't be read or written."""
    what = f"{error.filename}: {error.strerror}."
    if isinstance(error, FileNotFoundError):
        return ProjectError(what, "Write again what init has written: ", command("init"))
    return ProjectError(what, "Let your user read and write there, then try again.")
