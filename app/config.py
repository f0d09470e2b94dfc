"""The service's settings: those of its migrations, so that both mean the same database."""

from pathlib import Path

from dbtasks import Settings, load_settings

ROOT = Path(__file__).resolve().parent.parent


def settings() -> Settings:
    """Return the settings of this run, read from the environment, `.env` and pyproject.toml."""
    return load_settings(ROOT)
