"""Ctrl+C while a driver waits for the database."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interruptible(cancel: Callable[[], None]) -> Iterator[None]:
    """Call `cancel` from another thread as soon as Ctrl+C is pressed.

    Python raises KeyboardInterrupt between two of its instructions, and a driver may stay inside
    of one for as long as a statement takes or a lock is held. But each signal is written to the
    wakeup socket at once, so whoever reads that can cancel the statement; then Python goes on.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    receiver, sender = socket.socketpair()
    sender.setblocking(False)
    before = signal.set_wakeup_fd(sender.fileno(), warn_on_full_buffer=False)
    if before != -1:  # an event loop's, which answers signals itself
        signal.set_wakeup_fd(before)
    watcher = threading.Thread(
        target=_watch, args=(receiver, cancel), name="dbtasks interrupts", daemon=True
    )
    watcher.start()
    try:
        yield
    finally:
        if before == -1:
            signal.set_wakeup_fd(-1)
        sender.close()
        watcher.join()
        receiver.close()


@contextmanager
def raised_at_once() -> Iterator[None]:
    """Let Ctrl+C raise KeyboardInterrupt inside of `asyncio.run` too.

    With Python's own handler in place, `asyncio.run` puts up another, which cancels the task; code
    that does not await, as most of a migration's, would not notice.
    """
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _interrupt(number: int, frame: FrameType | None) -> None:
    signal.default_int_handler(number, frame)


def _watch(receiver: socket.socket, cancel: Callable[[], None]) -> None:
    while received := receiver.recv(64):
        if signal.SIGINT in received:
            cancel()
