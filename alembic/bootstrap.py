"""Finds the project's Python environment, or makes it; written by `dbtasks init`.

`python tasks.py` starts here on any Python, so this file uses the standard library alone, and of
that as little as it can: it runs before every command. An environment that has dbtasks installed
is used as it is. Otherwise `.venv` is made, with uv if that is there, and gets what the project
names: itself with its `dev` extra and `dev` group (pyproject.toml), or requirements.txt and
requirements-dev.txt. constraints.txt is heeded. When one of these files changes, it installs anew.
"""

from __future__ import annotations

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")))
RECORD = os.path.join(VENV, "dbtasks-installed.txt")
NO_NETWORK = ("NewConnectionError", "Connection refused", "Failed to fetch", "Could not connect")
SOURCES = ("pyproject.toml", "constraints.txt", "requirements.txt", "requirements-dev.txt")


def enter() -> None:
    """Return if this Python is the project's; else run the same command with the one that is."""
    if sys.version_info < (3, 11):
        sys.exit(f"This project needs Python 3.11 or newer, and this is {sys.version.split()[0]}.")
    inside = os.path.realpath(sys.prefix) == os.path.realpath(VENV)
    if not inside and has_dbtasks():
        return
    if not is_installed():
        install()
    if not inside:
        run_with(PYTHON)


def has_dbtasks() -> bool:
    """Whether dbtasks is installed in this Python, as opposed to lying in the current folder."""
    return any(
        name.startswith("dbtasks-") and name.endswith(".dist-info")
        for folder in sys.path
        if os.path.isdir(folder)
        for name in os.listdir(folder)
    )


def is_installed() -> bool:
    """Whether `.venv` holds what the project's files ask for today."""
    return os.path.exists(PYTHON) and read(RECORD) == wanted()


def wanted() -> bytes:
    """Return the files that decide what is installed, as one text."""
    return b"\n".join(read(os.path.join(ROOT, name)) for name in SOURCES)


def read(path: str) -> bytes:
    """Return what is in a file; nothing if there is none."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def run_with(python: str) -> None:
    """Run this command with another Python, and end with its exit code."""
    command = [python, *sys.argv]
    if os.name != "nt":
        sys.stdout.flush()
        os.execv(python, command)
    import signal
    import subprocess

    # Windows has no exec, so this process waits. Ctrl+C reaches both, and is the other's to answer.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(subprocess.call(command))


def install() -> None:
    """Make `.venv` and install the project, while any other process that wants to, waits."""
    os.makedirs(VENV, exist_ok=True)
    with open(os.path.join(VENV, "dbtasks-install.lock"), "a+b") as lock:
        wait_for(lock)
        if is_installed():
            return
        asked = wanted()
        say("installing the project into .venv (once, and when its requirements change) ...")
        try:
            make_and_fill()
        except KeyboardInterrupt:
            say("interrupted; .venv is incomplete. Run the command again to go on.")
            sys.exit(130)
        with open(RECORD, "wb") as record:
            record.write(asked)


def make_and_fill() -> None:
    """Create the environment if its Python is missing, and install into it."""
    import shutil

    if os.path.exists(RECORD):
        os.remove(RECORD)
    uv = shutil.which("uv")
    if not os.path.exists(PYTHON):
        run("make .venv", [sys.executable, "-m", "venv", *(["--without-pip"] if uv else []), VENV])
    if uv:
        installer = [uv, "pip", "install", "--quiet", "--python", PYTHON]
    else:
        installer = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run("install the project", [*installer, *requirements()])


def requirements() -> list[str]:
    """Return what to install, as arguments for pip."""
    arguments: list[str] = []
    if os.path.exists(os.path.join(ROOT, "constraints.txt")):
        arguments += ["--constraint", "constraints.txt"]
    import tomllib

    pyproject = tomllib.loads(read(os.path.join(ROOT, "pyproject.toml")).decode("utf-8"))
    project = pyproject.get("project", {})
    if project:
        has_dev = "dev" in project.get("optional-dependencies", {})
        arguments += ["--editable", ".[dev]" if has_dev else "."]
        if "dev" in pyproject.get("dependency-groups", {}):
            arguments += ["--group", "dev"]
        return arguments
    for name in ("requirements.txt", "requirements-dev.txt"):
        if os.path.exists(os.path.join(ROOT, name)):
            arguments += ["--requirement", name]
    return [*arguments, "dbtasks"]


def run(what: str, command: list[str]) -> None:
    """Run a command in the project's root; end with what it said if it fails."""
    import subprocess

    result = subprocess.run(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if result.returncode:
        said = result.stdout.decode("utf-8", "replace").strip().splitlines()
        say(f"could not {what}. The last it said:")
        for line in said[-8:]:
            print(f"  {line}", file=sys.stderr)
        offline = any(sign in line for line in said for sign in NO_NETWORK)
        mend = "Connect to the network" if offline else "Mend what it names"
        sys.exit(f"Nothing else was done. {mend}, then run the command again.")


def wait_for(lock) -> None:  # type: ignore[no-untyped-def]
    """Wait until no other process holds the lock; the system frees it when a process ends."""
    if os.name == "nt":
        import msvcrt
        import time

        while True:
            try:
                lock.seek(0)
                msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
                return
            except OSError:
                time.sleep(0.2)
    import fcntl

    fcntl.flock(lock, fcntl.LOCK_EX)


def say(text: str) -> None:
    """Tell the user something, on stderr, where it disturbs no output."""
    print(f"dbtasks: {text}", file=sys.stderr, flush=True)
