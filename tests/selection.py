"""Which tests a run takes: the quick ones, all but the long ones, or the long ones.

A test that starts a process or needs PostgreSQL is slow. Where its fixtures and parameters tell,
it is marked here; elsewhere it fails until somebody marks it. CONTRIBUTING.md says more.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.databases.drivers import POSTGRESQL_DRIVERS

_SLOW_FIXTURES = {"entry_point", "furnished", "plain_python", "server", "shell", "wheel"}
_POSTGRESQL = {"postgresql", *POSTGRESQL_DRIVERS}
_STARTED_BY_DBTASKS = {"squawk"}
_started: set[str] = set()


def is_slow_by_kind(item: pytest.Item) -> bool:
    """Whether what a test asks for starts processes, or is PostgreSQL."""
    fixtures = set(getattr(item, "fixturenames", ()))
    parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return bool(fixtures & _SLOW_FIXTURES) or any(
        isinstance(value, str) and value in _POSTGRESQL for value in parameters
    )


def is_slow(item: pytest.Item) -> bool:
    """Whether a test is marked so, or as one that is even longer."""
    return any(item.get_closest_marker(name) for name in ("slow", "long"))


def notice_process(event: str, details: tuple[object, ...]) -> None:
    """Notice what is started, where Python reports it to `sys.addaudithook`."""
    if event == "subprocess.Popen":
        executable, arguments, *_ = details
        _started.add(Path(str(executable or arguments)).stem)


def forget_processes() -> None:
    """Begin anew, for the next test."""
    _started.clear()


def fail_for_a_process(item: pytest.Item) -> None:
    """Fail if a process was started meanwhile and the test is not marked as slow."""
    started = _started - _STARTED_BY_DBTASKS
    if started and not is_slow(item):
        pytest.fail(
            f"It starts a process ({', '.join(sorted(started))}), which takes its time: run the "
            "verb in this one, with folder.run(...), or mark the test with pytest.mark.slow."
        )


def rarely(values: Iterable[str], *everyday: str) -> list[object]:
    """Return values to try, of which those that are not of everyday are marked as long."""
    return [
        value if value in everyday else pytest.param(value, marks=pytest.mark.long)
        for value in values
    ]


def everyday_on(database: str) -> pytest.MarkDecorator:
    """Mark a test of both databases, to be tried on this one each day and rarely on the other."""
    both = rarely(["sqlite", "postgresql"], database)
    return pytest.mark.parametrize("database_url", both, indirect=True)
