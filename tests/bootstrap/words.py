"""What is said while an environment is made."""

INSTALLING = (
    "dbtasks: installing the project into .venv (once, and when its requirements change) ...\n"
)
FRESH = "dbtasks: making .venv, the project's Python environment ...\n" + INSTALLING
WAITING = "dbtasks: another process is installing the project; waiting for it ...\n"
