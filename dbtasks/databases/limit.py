"""A limit on how long a driver may take, whatever it waits for."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

Result = TypeVar("Result")


def within(seconds: float, work: Callable[[], Result]) -> Result:
    """Return `work()`. Raises `TimeoutError` when it takes longer.

    A driver's own limit holds for each address of a host, and neither for the lookup of its name
    nor for a server that falls silent after the login. So the work gets a thread, which is left to
    itself when time is up. Ctrl+C is answered meanwhile.
    """
    future: Future[Result] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    Thread(target=run, name="dbtasks connecting", daemon=True).start()
    return future.result(seconds)
