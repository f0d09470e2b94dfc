"""Writes the pages of docs/reference/ that the code itself knows best."""

from __future__ import annotations

from pathlib import Path

from docs.generators import api, json, modules, operations, verbs

ROOT = Path(__file__).resolve().parent.parent


def pages() -> dict[Path, str]:
    """Return each generated page as it should be."""
    made = {
        module.__name__.rpartition(".")[2]: module
        for module in (api, json, modules, operations, verbs)
    }
    return {
        ROOT / "docs" / "reference" / f"{name}.md": module.page(ROOT).rstrip("\n") + "\n"
        for name, module in made.items()
    }


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8", newline="\n")
