"""A real terminal for a process (Unix only): its size, what is typed, all that it shows."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.project_folder import ProjectFolder

CONTROL_C = "\x03"
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_TAKE_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
)
_PATIENCE_SECONDS = 60


@dataclass
class Terminal:
    """A process on a terminal of its own."""

    process: subprocess.Popen[bytes]
    master: int
    received: bytearray = field(default_factory=bytearray)

    def wait_for(self, text: str) -> None:
        """Read until the terminal has shown `text`."""
        while text not in self.shown:
            if not self._read():
                raise AssertionError(f"{text!r} was never shown, but:\n{self.raw}")

    def type(self, text: str) -> None:
        """Type on the keyboard."""
        os.write(self.master, text.encode())

    def end(self) -> int:
        """Read to the end; return the exit code."""
        while self._read():
            pass
        return self.process.wait(_PATIENCE_SECONDS)

    @property
    def raw(self) -> str:
        """All that came, with the codes for colours and cursor movements."""
        return self.received.decode("utf-8", "replace").replace("\r\n", "\n")

    @property
    def shown(self) -> str:
        """All that came, without those codes."""
        return _ESCAPES.sub("", self.raw)

    def _read(self) -> bool:
        """Read what there is; False at the end."""
        ready, _, _ = select.select([self.master], [], [], _PATIENCE_SECONDS)
        if not ready:
            raise AssertionError(f"nothing more came after:\n{self.raw}")
        try:
            piece = os.read(self.master, 65536)
        except OSError:  # Linux's way to say that the other side has gone
            return False
        self.received += piece
        return bool(piece)


@contextmanager
def terminal(
    folder: ProjectFolder, *words: str, columns: int = 100, **variables: str
) -> Iterator[Terminal]:
    """Run `dbtasks` with words on a terminal of its own."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    environment = folder.environment(**{"TERM": "xterm-256color", **variables})
    for name in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR"):
        if name not in variables:
            environment.pop(name, None)
    process = subprocess.Popen(
        [sys.executable, "-c", _TAKE_TERMINAL, "-m", "dbtasks", *words],
        cwd=folder.root,
        env=environment,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    try:
        yield Terminal(process, master)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(master)


def on_terminal(
    folder: ProjectFolder, *words: str, code: int | None = 0, columns: int = 100, **variables: str
) -> Terminal:
    """Run `dbtasks` on a terminal to its end; the test fails unless it ends with `code`."""
    with terminal(folder, *words, columns=columns, **variables) as opened:
        ended = opened.end()
        if code is not None and ended != code:
            raise AssertionError(f"{words} ended with {ended}:\n{opened.shown}")
        return opened
