"""The pages of the documentation as what they are made of, and walked through as they are read."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.by_hand import run_script
from tests.project_folder import REPOSITORY, ProjectFolder

BLOCK = re.compile(r"^```(?P<kind>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_VARYING = (
    (re.compile(r"(?<![0-9a-z])[a-f][0-9a-f]{11}(?![0-9a-z])"), "ID"),
    (re.compile(r"\b\d{8}_\d{4}_"), "TIME_"),
    (re.compile(r"\b\d+(\.\d)? m?s\b"), "DURATION"),
    (re.compile(r"postgresql://\S+"), "ADDRESS"),
)


@dataclass
class Block:
    """A fenced block: what stands after the fence, and what is in it."""

    kind: str
    text: str

    def commands(self) -> Iterator[tuple[str, str]]:
        """Yield each command of a console, with the output that is shown for it."""
        for piece in re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]:
            command, _, output = piece.partition("\n")
            yield command, output


def blocks(path: Path) -> list[Block]:
    """Return the blocks of a page."""
    text = path.read_text(encoding="utf-8")
    return [Block(match["kind"], match["text"]) for match in BLOCK.finditer(text)]


def consoles(path: Path) -> list[tuple[str, str]]:
    """Return the commands of a page, with their outputs."""
    found = [block for block in blocks(path) if block.kind == "console"]
    return [command for block in found for command in block.commands()]


def shown(path: Path) -> str:
    """Return a page's name."""
    return path.relative_to(REPOSITORY).as_posix()


def settled(text: str) -> str:
    """Return an output without what differs from run to run."""
    for pattern, name in _VARYING:
        text = pattern.sub(name, text)
    return text


@dataclass
class Walk:
    """A page, done as it says, in a project's folder. `server` is where PostgreSQL is.

    Its commands are typed as they stand, `in_processes`; else the verbs run in this one.

    A block's first word says what it is, its second which file it is about:

    - `console`: commands to run, with what they print;
    - `python FILE`: what the file holds; `python FILE +` what is added at its end;
    - `python FILE =`: what it holds among other things, having been written by a command;
    - `python FILE def`: what stands in the place of its functions;
    - `diff FILE`: a change of it, a line for a line;
    - `sql`: what is done to the database by hand.
    """

    folder: ProjectFolder
    server: str = ""
    in_processes: bool = False

    def go(self, page: Path) -> None:
        """Do all that a page says."""
        for block in blocks(page):
            kind, name, how = (block.kind + "  ").split(" ")[:3]
            match kind:
                case "console":
                    for command, output in block.commands():
                        assert settled(output) == settled(self._said(command)), command
                case "python" | "diff" if name:
                    self._edit(self._file(name), kind + how, block.text)
                case "sql":
                    run_script(self._address(), block.text)

    def _said(self, command: str) -> str:
        words = shlex.split(command)
        if words[0] == "export":
            name, _, _ = words[1].partition("=")
            self.folder.variables[name] = self.server
            return ""
        if self.in_processes or words[:2] != ["python", "tasks.py"]:
            return self.folder.process(words, code=None).text
        return self.folder.run(*words[2:], code=None).text

    def _address(self) -> str:
        default = f"sqlite:///{(self.folder.root / 'development.db').as_posix()}"
        return self.folder.variables.get("DATABASE_URL", default)

    def _file(self, name: str) -> Path:
        if "*" in name:
            (path,) = self.folder.root.glob(name)
            return path
        return self.folder.root / name

    def _edit(self, path: Path, how: str, text: str) -> None:
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        match how:
            case "python":
                after = text
            case "python+":
                after = before + text
            case "python=":
                assert text in before, f"{path.name}:\n{before}"
                return
            case "pythondef":
                after = before[: before.index("def upgrade")] + text
            case _:
                after = _changed(before, text.splitlines())
        path.write_text(after, encoding="utf-8")


def _changed(text: str, lines: list[str]) -> str:
    old = [line[1:] for line in lines if line[0] in " -"]
    new = [line[1:] for line in lines if line[0] in " +"]
    assert "\n".join(old) in text, old
    return text.replace("\n".join(old), "\n".join(new), 1)
