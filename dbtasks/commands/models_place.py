"""Where a project's models are, as `init --models` is told: which base, and what to import."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import MetaData

from dbtasks.errors import ModelsError, UsageError
from dbtasks.hints import command
from dbtasks.project.configuration_files import inis_below, is_configured, shown
from dbtasks.project.model_search import (
    Forgotten,
    forgotten_models,
    import_folder,
    modules_below,
    possible_models,
)

_MODULE = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_PLACE = re.compile(rf"(?P<module>{_MODULE}):(?P<name>[^\W\d]\w*)(?P<beside>(?:\+{_MODULE})*)")
_EXAMPLE = "app.models:Base"


@dataclass(frozen=True)
class ModelsPlace:
    """The module and the name of a base, and the modules that declare tables beside it."""

    module: str
    name: str
    beside: tuple[str, ...] = ()

    @property
    def imports(self) -> str:
        """The lines of env.py that import what declares tables beside the base."""
        return "".join(f"import {module}  # noqa: F401\n" for module in self.beside)


def check_form(models: str) -> None:
    """Raise `UsageError` for what can't be a place of models."""
    if not models or (_PLACE.fullmatch(models) and ".py:" not in models):
        return
    meant = models.replace("\\", "/").removeprefix("./").replace("/", ".").replace(".py:", ":")
    example = meant if _PLACE.fullmatch(meant) else _EXAMPLE
    raise UsageError(
        f"{models!r} does not name models. Nothing was written.",
        "Name their module and base: ",
        command("init", "--models", example),
    )


def models_place(root: Path, models: str) -> ModelsPlace:
    """Return what to import. Raises `UsageError` when nobody has named it."""
    match = _PLACE.fullmatch(models)
    if match:
        named = match["beside"].split("+")[1:]
        beside = dict.fromkeys(item for name in named for item in modules_below(root, name))
        return ModelsPlace(match["module"], match["name"], tuple(beside))
    possible = possible_models(root)
    seen = f", probably in {possible[0]}" if possible else ""
    if len(possible) > 1:
        seen = f": there are {len(possible)} bases, {' and '.join(possible)}"
    raise UsageError(
        f"A new project has to know where its models are{seen}. Nothing was written.",
        "Name their module and base: ",
        command("init", "--models", possible[0] if possible else _EXAMPLE),
    )


def refuse_elsewhere(root: Path) -> None:
    """Raise `UsageError` for a folder without a project that holds one in a folder below."""
    if is_configured(root):
        return
    folders = list(dict.fromkeys(shown(ini.parent, root) for ini in inis_below(root)))
    if folders:
        raise UsageError(
            f"There is a project already, in {' and in '.join(f'{name}/' for name in folders)}. "
            "Nothing was written.",
            f"Work on it there: cd {folders[0]}; or make another one here: ",
            command("init", "--models", _EXAMPLE),
        )


def import_path(root: Path, place: ModelsPlace) -> str:
    """Return the folder of the models' module, as alembic.ini writes it."""
    below = import_folder(root, [place.module, *place.beside]).relative_to(root).as_posix()
    return "%(here)s" if below == "." else f"%(here)s/{below}"


def refuse_forgotten(root: Path, place: str, metadata: MetaData) -> None:
    """Raise `ModelsError` for a base without a table where other modules declare some."""
    forgotten = Forgotten() if metadata.tables else forgotten_models(root)
    if not forgotten.modules:
        return
    named = "+".join([place, *forgotten.packages])
    known = possible_models(root)
    raise ModelsError(
        f"{place} brings in no table: these modules declare tables, and are not imported: "
        f"{forgotten.listed}. Nothing was written.",
        "Name what to import beside it: ",
        command("init", "--models", named if len(known) != 1 else known[0]),
    )
