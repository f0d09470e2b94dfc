"""The one place where an error becomes a message and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from traceback import print_exc

from invoke.exceptions import Exit

from dbtasks.cli.entry_point import EntryPoint
from dbtasks.errors import DbtasksError, ExitCode, InterruptedByUserError, ProjectError
from dbtasks.hints import command


@contextmanager
def explained(entry_point: EntryPoint, *, traceback: bool = False) -> Iterator[None]:
    """Turn what goes wrong inside into Invoke's `Exit`, with one message and the right code.

    `traceback` shows the traceback as well, on stderr. A bug of our own is not hidden: it passes.
    """
    try:
        yield
    except KeyboardInterrupt:
        status = entry_point.write(command("status"))
        text = f"Interrupted. What was not finished was rolled back; to look: {status}"
        raise failure(InterruptedByUserError(text), entry_point) from None
    except DbtasksError as error:
        if traceback:
            print_exc(file=sys.stderr)
        raise failure(error, entry_point) from None
    except OSError as error:
        if error.filename is None:  # no file that somebody could mend: a closed pipe, a bug
            raise
        if traceback:
            print_exc(file=sys.stderr)
        raise failure(_file_error(error), entry_point) from None


def _file_error(error: OSError) -> ProjectError:
    """Return the error to show for a file that is missing, or can't be read or written."""
    what = f"{error.filename}: {error.strerror}."
    if isinstance(error, FileNotFoundError):
        return ProjectError(what, "Write again what init has written: ", command("init"))
    return ProjectError(what, "Let your user read and write there, then try again.")


def failure(error: DbtasksError, entry_point: EntryPoint) -> Exit:
    """Return the way to end Invoke for an error."""
    return Exit(error.message(entry_point.write), code=int(error.exit_code))


def finish(code: ExitCode) -> None:
    """End with a code and no message, as `status --check` does when the database is behind."""
    if code is not ExitCode.DONE:
        raise Exit(code=int(code))
