"""Finds the project's Python environment, or makes it; written by `dbtasks init`.

`python tasks.py` starts here, on whatever Python it was typed with. So this file uses the standard
library alone, of that as little as it can (it runs before every command), and no syntax that an
old Python can't read.

A Python that has dbtasks installed is used as it is. Otherwise `.venv` is made, with uv if that is
there, and its Python goes on: it installs what the project names, that is itself with its `dev`
extra and `dev` group (pyproject.toml), or requirements.txt and requirements-dev.txt.
constraints.txt is heeded. When one of these files changes, it installs anew. A `.venv` that
somebody else has filled with dbtasks is left as it is.
"""

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "Scripts", "python.exe") if os.name == "nt" else VENV + "/bin/python"
RECORD = os.path.join(VENV, "dbtasks-installed.txt")
SOURCES = ("pyproject.toml", "constraints.txt", "requirements.txt", "requirements-dev.txt")
REMEDIES = {
    "No module named ensurepip": "Install uv, or python3-venv (apt install python3-venv)",
    "No module named venv": "Install uv, or python3-venv (apt install python3-venv)",
    "NewConnectionError": "Connect to the network",
    "Failed to fetch": "Connect to the network",
}
SHOW_ERROR = sys.excepthook
PATIENCE = 5.0  # how many seconds something may take before it is said that it is still at work


def enter():
    """Return if this Python is the project's; else run the same command with the one that is."""
    sys.excepthook = show_error
    if sys.version_info < (3, 6):
        refuse_old_python()
    inside = os.path.dirname(os.path.dirname(sys.executable))
    if os.path.realpath(inside) != os.path.realpath(VENV):
        if has_dbtasks():
            return
        one_at_a_time(is_made, make)
    elif is_installed():
        return
    else:
        one_at_a_time(is_installed, install)
    go_on()


def has_dbtasks():
    """Whether dbtasks is installed in this Python, as opposed to lying in the current folder."""
    return any(
        name.startswith("dbtasks-") and name.endswith(".dist-info")
        for folder in sys.path
        if os.path.isdir(folder)
        for name in os.listdir(folder)
    )


def is_made():
    """Whether `.venv` has a Python."""
    return os.path.exists(PYTHON) and os.path.exists(os.path.join(VENV, "pyvenv.cfg"))


def is_installed():
    """Whether this Python, which is that of `.venv`, has what the project asks for today."""
    return read(RECORD) == wanted() if os.path.exists(RECORD) else has_dbtasks()


def wanted():
    """Return all that decides what is installed, as one text."""
    version = "%d.%d\n" % sys.version_info[:2]
    return version.encode() + b"\n".join(read(os.path.join(ROOT, name)) for name in SOURCES)


def read(path):
    """Return what is in a file; nothing if there is none."""
    if not os.path.exists(path):
        return b""
    with open(path, "rb") as file:
        return file.read()


def go_on():
    """Run this command with the Python of `.venv`, and end with its exit code."""
    typed = getattr(sys, "orig_argv", [sys.executable] + sys.argv)
    os.environ.setdefault("DBTASKS_ENTRY_POINT", os.path.basename(typed[0]).replace(".exe", ""))
    if os.name != "nt":
        os.execv(PYTHON, [PYTHON] + typed[1:])
    import signal
    import subprocess

    # Windows has no exec, so this process waits. Ctrl+C reaches both, and is the other's to answer.
    signal.signal(signal.SIGINT, lambda *_: None)
    sys.exit(subprocess.call([PYTHON] + typed[1:]))


def one_at_a_time(is_done, work):
    """Do the work unless it is done; if another process is at it, wait for that one.

    This file is the lock. The system frees it when the process that holds it ends, and those that
    it has started: an installer whose parent was killed still keeps others away.
    """
    if is_done():
        return
    if is_completing():
        sys.exit()
    with open(os.path.join(ROOT, "alembic", "bootstrap.py"), "r+b") as lock:
        os.set_inheritable(lock.fileno(), True)
        if not locked(lock):
            import time

            say("another process is installing the project; waiting for it ...")
            begun = told = time.monotonic()
            while not locked(lock):
                time.sleep(0.2)
                if time.monotonic() - told >= PATIENCE:
                    told = time.monotonic()
                    say("still waiting ({:.0f} s)".format(told - begun))
        if not is_done():
            work()


def is_completing():
    """Whether this is a press of Tab, which waits for no installation."""
    return words()[0] == "--complete"


def words():
    """Return what was typed, in PowerShell too."""
    return sys.argv[1:] or os.environ.get("DBTASKS_WORDS", "").split("\x1f")


def locked(lock):
    """Try to lock a file; whether that went well."""
    try:
        if os.name == "nt":
            import msvcrt

            lock.seek(1 << 30)  # a place behind its end, so that others can read it all the while
            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def make():
    """Make `.venv` anew, with a Python that is new enough."""
    import shutil

    too_old = sys.version_info < (3, 11)
    uv = shutil.which("uv")
    if too_old and not uv:
        refuse_old_python()
    say("making .venv, the project's Python environment ...")
    shutil.rmtree(VENV, ignore_errors=True)
    if uv:
        maker = [uv, "venv", "--quiet", "--python", ">=3.11" if too_old else sys.executable]
    else:
        maker = [sys.executable, "-m", "venv", "--without-pip"]
    run("make .venv", maker + [VENV])


def install():
    """Install the project into `.venv`, whose Python this is."""
    if sys.version_info < (3, 11):
        refuse_old_python()
    asked = wanted()
    say("installing the project into .venv (once, and when its requirements change) ...")
    with open(RECORD, "wb") as record:  # empty at first: an install that is cut off is begun anew
        run("install the project", installer() + requirements())
        if not has_dbtasks():
            end("The project's requirements don't name dbtasks. Add it to pyproject.toml.")
        record.write(asked)


def refuse_old_python():
    """End, because this Python is too old."""
    this = "{} is {}".format(sys.executable, sys.version.split()[0])
    end("This project needs Python 3.11 or newer, and " + this + ". Install a newer one.")


def installer():
    """Return the command that installs into `.venv`; put pip there if there is none."""
    import importlib.util
    import shutil

    uv = shutil.which("uv")
    if uv:
        return [uv, "pip", "install", "--compile-bytecode", "--python", PYTHON]
    if not importlib.util.find_spec("pip"):
        run("put pip into .venv", [PYTHON, "-m", "ensurepip"])
    return [PYTHON, "-m", "pip", "install", "--progress-bar=off", "--disable-pip-version-check"]


def requirements():
    """Return what to install, as arguments for pip and uv."""
    import tomllib

    try:
        pyproject = tomllib.loads(read(os.path.join(ROOT, "pyproject.toml")).decode("utf-8"))
    except ValueError as error:
        end("pyproject.toml can't be read: {}. Mend it and try again.".format(error))
    project = pyproject.get("project", {})
    extras = project.get("optional-dependencies", {})
    named = project.get("dependencies", []) + extras.get("dev", [])
    if "build-system" in pyproject:
        named = ["--editable", ".[dev]" if "dev" in extras else "."]
    named += group(pyproject.get("dependency-groups", {}), "dev")
    if not named:
        files = [name for name in SOURCES[2:] if os.path.exists(os.path.join(ROOT, name))]
        named = ["--requirement=" + name for name in files] or ["dbtasks"]
    if os.path.exists(os.path.join(ROOT, "constraints.txt")):
        named += ["--constraint=constraints.txt"]
    return named


def group(groups, name):
    """Return the requirements of a dependency group, and of those that it includes."""
    found = []
    for item in groups.get(name, []):
        found += [item] if isinstance(item, str) else group(groups, item["include-group"])
    return found


def run(what, command):
    """Run a command in the project's root; end with what it said if it fails.

    Now and then it is said what the command is at, so that nobody takes it for dead.
    """
    import subprocess

    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    process = subprocess.Popen(command, cwd=ROOT, close_fds=False, **pipes)
    try:
        lines = followed(process, what)
    except BaseException:
        process.kill()
        process.wait()
        raise
    if process.returncode:
        said = "\n".join(lines)
        sign = next((sign for sign in REMEDIES if sign in said), "")
        shown = [line for line in lines if sign in line][:1] if sign else lines[-15:]
        say("could not {}:".format(what))
        sys.stderr.write("".join("  {}\n".format(line) for line in shown))
        end("{}, then run the command again.".format(REMEDIES.get(sign, "Mend that")))


def end(text, code=1):
    """End with a message; if JSON was asked for, with an object on stdout too, as verbs have it."""
    if "--json" in words():
        import json

        error = {"code": "environment", "exit_code": code, "message": text}
        error.update(advice="", commands=[])
        sys.stdout.write(json.dumps({"error": error}, indent=2) + "\n")
        sys.stdout.flush()
    say(text)
    os._exit(code)


def followed(process, what):
    """Return the lines that a process prints until its end; say which is the latest meanwhile."""
    import threading
    import time

    lines = []

    def read():
        for line in process.stdout:
            text = line.decode("utf-8", "replace").strip()
            if text:
                lines.append(text)

    reader = threading.Thread(target=read)
    reader.daemon = True
    reader.start()
    begun = time.monotonic()
    while reader.is_alive():
        reader.join(PATIENCE)
        if reader.is_alive():
            latest = lines[-1] if lines else "still at work: " + what
            say("{:.70} ({:.0f} s)".format(latest, time.monotonic() - begun))
    process.wait()
    return lines


def say(text):
    """Tell the user something, on stderr, where it disturbs no output."""
    sys.stderr.write("dbtasks: {}\n".format(text))
    sys.stderr.flush()


def show_error(kind, error, traceback):
    """Show an error that nobody has caught; of an interrupt or a file, only what happened."""
    if issubclass(kind, KeyboardInterrupt):
        end("interrupted. Run the command again to go on.", 130)
    if issubclass(kind, OSError) and error.filename:
        way = "Let this user write there, or install dbtasks in another Python."
        end("{}: {}.\n{}".format(error.filename, error.strerror, way))
    else:
        SHOW_ERROR(kind, error, traceback)
