"""What the code says of itself: docstrings, those of attributes too, signatures and fields."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import griffe

LONGEST = 100
ROOT = Path(__file__).resolve().parent.parent.parent


@cache
def library() -> griffe.Module:
    """Return the library as griffe reads it from its files, without importing it."""
    found = griffe.load("dbtasks", search_paths=[ROOT], allow_inspection=False)
    assert isinstance(found, griffe.Module)
    return found


def public(name: str) -> griffe.Object:
    """Return what goes by a name of `dbtasks.__all__`."""
    alias = library()[name]
    assert isinstance(alias, griffe.Alias)
    found = alias.final_target
    assert isinstance(found, griffe.Object)
    return found


def text_of(item: griffe.Object) -> str:
    """Return a docstring; empty where there is none."""
    return inspect.cleandoc(item.docstring.value) if item.docstring else ""


def first_line(documented: object) -> str:
    """Return the first line of an object's docstring."""
    return (inspect.getdoc(documented) or "").partition("\n")[0]


def one_line(text: str) -> str:
    """Return a text as it may stand in a table."""
    return " ".join(text.split()).replace("|", "\\|")


def fields(class_: griffe.Object) -> Iterator[tuple[str, str, str]]:
    """Yield the public attributes of a class: name, type, what it means."""
    for name, item in class_.members.items():
        if isinstance(item, griffe.Attribute) and not name.startswith("_"):
            yield name, str(item.annotation or ""), one_line(text_of(item))


def in_markdown(docstring: str) -> str:
    """Return a docstring for a page: its example, which ends it, in a block of Python."""
    said, mark, example = docstring.partition(">>> ")
    block = f"\n\n```pycon\n{mark}{example}\n```" if mark else ""
    return said.strip() + block.replace("  # doctest: +ELLIPSIS", "")


def formatted(code: str) -> str:
    """Return a line of Python as ruff lays it out."""
    command = [
        sys.executable,
        "-m",
        "ruff",
        "format",
        "--isolated",
        "--line-length",
        str(LONGEST),
        "-",
    ]
    done = subprocess.run(  # noqa: S603 (our own command, without a shell)
        command, input=code, capture_output=True, encoding="utf-8", check=True
    )
    return done.stdout.strip()
