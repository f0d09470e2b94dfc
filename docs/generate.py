"""Writes what the code itself knows best: pages of docs/reference/, and the verbs of the shims."""

from __future__ import annotations

from pathlib import Path

from docs.generators import api, json, modules, operations, shims, verbs

ROOT = Path(__file__).resolve().parent.parent


def generated() -> dict[Path, str]:
    """Return each generated file as it should be."""
    made = {
        module.__name__.rpartition(".")[2]: module
        for module in (api, json, modules, operations, verbs)
    }
    pages = {
        ROOT / "docs" / "reference" / f"{name}.md": module.page(ROOT).rstrip("\n") + "\n"
        for name, module in made.items()
    }
    return pages | shims.shims(ROOT)


if __name__ == "__main__":
    for path, text in generated().items():
        newline = "\r\n" if path.suffix == ".ps1" else "\n"  # as .gitattributes has it
        path.write_text(text, encoding="utf-8", newline=newline)
