"""The address that Alembic's own configuration names as `sqlalchemy.url`."""

from __future__ import annotations

from configparser import InterpolationError, InterpolationMissingOptionError
from dataclasses import dataclass, field
from pathlib import Path

from dbtasks.errors import DbtasksError, SettingsError
from dbtasks.project.configuration_files import ini_file, pyproject_file, shown
from dbtasks.project.near_names import is_nearly

OPTION = "sqlalchemy.url"
_PLACEHOLDER = "driver://"
"""What the address begins with that `alembic init` writes: there is no such database."""


@dataclass(frozen=True)
class AlembicAddress:
    """What `sqlalchemy.url` says: nothing, an address, or what can't be read (`trouble`).

    The placeholder that `alembic init` writes is nothing. `near_options` are options whose name is
    nearly that.
    """

    text: str = field(default="", repr=False)
    file: str = "alembic.ini"
    trouble: DbtasksError | None = None
    near_options: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """Where the address stands, in words."""
        return f"{OPTION} in {self.file}"


def read_alembic_address(root: Path, table: object) -> AlembicAddress:
    """Return the address as Alembic would read it in the folder `root`.

    The ini file counts first, and then `table`, which is `[tool.alembic]` of pyproject.toml.
    """
    ini = ini_file(root)
    found = _of_ini(ini, root) if ini.is_file() else AlembicAddress()
    if found.text or found.trouble:
        return found
    in_toml = _of_table(root, table) if isinstance(table, dict) else AlembicAddress()
    return in_toml if in_toml.text or in_toml.trouble or in_toml.near_options else found


def _of_ini(path: Path, root: Path) -> AlembicAddress:
    # Alembic is imported only where there is a file of Alembic's.
    from dbtasks.project.ini import QuietConfig, unreadable

    config, file = QuietConfig(root), shown(path, root)
    try:
        parser = config.file_config
        text = parser.get(config.config_ini_section, OPTION, fallback="")
    except InterpolationMissingOptionError as error:
        return AlembicAddress(file=file, trouble=_not_filled_in(file, error.reference))
    except InterpolationError as error:
        return AlembicAddress(file=file, trouble=unreadable(error, path))
    except DbtasksError as error:
        return AlembicAddress(file=file, trouble=error)
    options = parser.options(config.config_ini_section)
    near = tuple(option for option in options if is_nearly(option, OPTION))
    return AlembicAddress(_meant(text), file, near_options=near)


def _of_table(root: Path, table: dict[str, object]) -> AlembicAddress:
    """Return what `[tool.alembic]` says. Its key is written in quotes: `"sqlalchemy.url" = ...`."""
    path = pyproject_file(root)
    file, text = shown(path, root), table.get(OPTION)
    near = tuple(key for key in table if is_nearly(key, OPTION))
    nested = table.get("sqlalchemy")
    if isinstance(nested, dict) and nested.get("url"):
        near = (*near, f"{OPTION} without quotes")
    if not isinstance(text, str):
        return AlembicAddress(file=file, near_options=near)
    try:
        return AlembicAddress(
            _meant(text % {"here": path.parent.as_posix()}), file, near_options=near
        )
    except KeyError as error:
        return AlembicAddress(file=file, trouble=_not_filled_in(file, str(error.args[0])))
    except (ValueError, TypeError):
        return AlembicAddress(
            file=file,
            trouble=SettingsError(
                f"{OPTION} in {file} has a % that stands for nothing.", "Write a plain % as %%."
            ),
        )


def _meant(text: str) -> str:
    text = text.strip()
    return "" if text.startswith(_PLACEHOLDER) else text


def _not_filled_in(file: str, name: str) -> SettingsError:
    return SettingsError(
        f"{OPTION} in {file} asks for %({name})s, which is set elsewhere if at all, and "
        "DATABASE_URL is not set. Nothing was done.",
        "Set DATABASE_URL to the whole address, in the environment or in .env.",
    )
