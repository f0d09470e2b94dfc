"""What a project imports from dbtasks."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import dbtasks


def test_no_module_hides_a_public_name() -> None:
    modules = {module.name for module in pkgutil.iter_modules(dbtasks.__path__)}
    assert set() == modules & set(dbtasks.__all__)


def test_every_public_name_is_at_home_where_it_is_looked_for() -> None:
    for name in dbtasks.__all__:
        module = import_module(getattr(dbtasks, name).__module__)
        assert getattr(dbtasks, name) is getattr(module, name)
