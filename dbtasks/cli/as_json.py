"""Values to JSON, for programs."""

from __future__ import annotations

import json
from dataclasses import asdict, is_dataclass
from typing import Any

from dbtasks.values import ByDatabase


def to_json(value: object) -> str:
    """Return a value as JSON; the keys are the fields of its class, in `dbtasks.values`.

    It is ASCII, so that no pipe and no code page on its way can change it.
    """
    return json.dumps(_data(value), indent=2)


def _data(value: object) -> dict[str, Any]:
    if isinstance(value, ByDatabase):
        return {"databases": {name: _data(item) for name, item in value.databases.items()}}
    assert is_dataclass(value) and not isinstance(value, type)
    derived = [name for name, item in vars(type(value)).items() if isinstance(item, property)]
    return {**asdict(value), **{name: getattr(value, name) for name in derived}}
