"""Our PowerShell by reading: held to what 5.1 knows, with a PowerShell grammar."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import tree_sitter_powershell
from tree_sitter import Language, Node, Parser

from dbtasks.cli.entry_point import WORD_END
from dbtasks.cli.verbs import GROUPS
from tests.project_folder import REPOSITORY

PARSER = Parser(Language(tree_sitter_powershell.language()))
SCRIPTS = {
    path.name: path.read_bytes().replace(b"\r\n", b"\n")
    for path in (REPOSITORY / "migrate.ps1", REPOSITORY / "dbtasks" / "cli" / "completion.ps1")
}
SOURCE = SCRIPTS["migrate.ps1"]
TREE = PARSER.parse(SOURCE).root_node

KNOWN_TO_5_1 = {
    "Get-Command": {"-CommandType", "-ErrorAction"},
    "Get-Variable": {"-ErrorAction", "-Scope", "-ValueOnly"},
    "Register-ArgumentCompleter": {"-CommandName", "-Native", "-ScriptBlock"},
}
UNKNOWN_TO_5_1 = {"pipeline_chain_tail", "ERROR"}
"""Chains with && and ||; this grammar has no rule for the other operators of 7, `? :` and `??`."""


def nodes(node: Node, kind: str = "") -> Iterator[Node]:
    """Return a node and all below it, of one kind or of any."""
    if kind in {"", node.type}:
        yield node
    for child in node.children:
        yield from nodes(child, kind)


def text(node: Node | None) -> str:
    """Return the source of a node, empty for none."""
    return node.text.decode() if node and node.text else ""


def is_for_5_1(source: bytes) -> bool:
    """Whether the grammar finds nothing in it that 5.1 does not know."""
    tree = PARSER.parse(source).root_node
    return not tree.has_error and not {node.type for node in nodes(tree)} & UNKNOWN_TO_5_1


@pytest.mark.parametrize("name", SCRIPTS)
def test_5_1_can_read_it(name: str) -> None:
    assert is_for_5_1(SCRIPTS[name])
    assert SCRIPTS[name].isascii(), "5.1 reads a file without a BOM in the machine's code page"


@pytest.mark.parametrize(
    "line", [b"$a = $b ? 1 : 2", b"$a ?? 1", b"$a ??= 1", b"a && b", b"a || b", b"${a}?.b"]
)
def test_the_grammar_finds_what_5_1_can_not_read(line: bytes) -> None:
    assert not is_for_5_1(SOURCE + b"\n" + line + b"\n")


@pytest.mark.parametrize("name", SCRIPTS)
def test_it_uses_only_cmdlets_and_parameters_that_5_1_has(name: str) -> None:
    for command in nodes(PARSER.parse(SCRIPTS[name]).root_node, "command"):
        cmdlet = next(nodes(command, "command_name"), None)
        if cmdlet is not None:
            elements = command.child_by_field_name("command_elements")
            own = elements.children if elements else []
            used = {text(child) for child in own if child.type == "command_parameter"}
            assert used <= KNOWN_TO_5_1[text(cmdlet)]


def test_it_takes_all_words_because_it_names_no_parameters() -> None:
    assert not list(nodes(TREE, "param_block"))
    assert b"CmdletBinding" not in SOURCE


def test_it_hands_the_words_over_each_with_its_end() -> None:
    joined = [
        text(node).partition(" = ")[2]
        for node in nodes(TREE, "assignment_expression")
        if "$args" in text(node)
    ]
    assert [f"[string[]]($args + '') -join [char]{ord(WORD_END)}"] == joined


def test_it_builds_no_pipeline_because_each_makes_every_call_slower() -> None:
    assert not [text(node) for node in nodes(TREE, "pipeline") if " | " in text(node)]


def test_its_help_names_every_verb_in_its_group() -> None:
    help_lines = text(next(nodes(TREE, "comment"))).splitlines()
    for module in GROUPS.values():
        verbs = ", ".join(task.name for task in module.VERBS)
        assert [verbs] == [line.split(":")[1].strip() for line in help_lines if verbs in line]


def test_it_passes_no_word_to_the_program_itself() -> None:
    called = [text(node) for node in nodes(TREE, "command") if text(node).startswith("&")]
    assert ['& $python "$PSScriptRoot/tasks.py"'] == called


def test_it_leaves_nothing_in_the_session() -> None:
    (last,) = nodes(TREE, "finally_clause")
    assert "finally { $env:DBTASKS_ENTRY_POINT = $env:DBTASKS_WORDS = $null }" == text(last)


def test_every_way_out_has_an_exit_code() -> None:
    ways_out = [text(node) for node in nodes(TREE, "flow_control_statement")]
    assert ["exit 1", "exit $LASTEXITCODE"] == ways_out
    assert SOURCE.endswith(b"\nexit $LASTEXITCODE\n")
