"""An operation stands in one line where it fits, else an argument a line; what it says stays."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbtasks.autogenerate.write.layout import WIDTH, laid_out
from tests.autogenerate.write.test_strings import PIECES
from tests.changes.examples import tries
from tests.project_folder import SCRIPTS

LONG = "x" * 90


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("op.drop_table('gigs')", 'op.drop_table("gigs")'),
        ("op.f(\n   'a',\n   b=1\n)", 'op.f("a", b=1)'),
        ("f('a\"b', 'it\\'s', 'both \"\\'')", """f('a"b', "it's", "both \\"'")"""),
        ("f('one\\ntwo')", 'f("one\\ntwo")'),
        ("f('a\\u202eb\\x00')", 'f("a\\u202eb\\x00")'),
        ("f(1.50, -1, None, b'x', (1,), [2], {'a': 3}, *c, **d)",) * 2,
    ],
)
def test_what_fits_stands_in_one_line(code: str, expected: str) -> None:
    expected = expected.replace("1.50", "1.5").replace("'a': 3", '"a": 3')
    assert expected == laid_out(code)


def test_what_does_not_fit_has_an_argument_a_line() -> None:
    code = f"op.f('a', sa.Enum('b', '{LONG}').with_variant(sa.Text(), 'sqlite'), *[1, '{LONG}'])"
    expected = f"""\
op.f(
    "a",
    sa.Enum(
        "b",
        "{LONG}",
    ).with_variant(
        sa.Text(),
        "sqlite",
    ),
    *[
        1,
        "{LONG}",
    ],
)"""
    assert expected == laid_out(code)


def test_a_long_text_of_several_lines_has_them_below_each_other() -> None:
    code = f"f('a', comment='one\\n\\n\\n\\ntwo {LONG}\\n', other='one\\n{LONG[6:]}')"
    expected = f"""\
f(
    "a",
    comment=(
        "one\\n\\n\\n\\n"
        "two {LONG}\\n"
    ),
    other=(
        "one\\n{LONG[6:]}"
    ),
)"""
    assert expected == laid_out(code)


def test_a_block_has_its_opening_laid_out() -> None:
    opening = laid_out(f"op.batch_alter_table('{LONG}')", WIDTH, "with ", " as batch_op:")
    assert f'with op.batch_alter_table(\n    "{LONG}",\n) as batch_op:' == opening


@pytest.mark.parametrize(
    "code",
    [
        "op.f('a')  # why",
        "op.f(\n    'a',  # why\n)",
        "op.f('a'); op.f('b')",
        "value = 'a'",
        "if True:\n    op.f('a')",
        "    op.f('a')",
        "[Unknown Python object 'a']",
        "op.f('a'",
        "op.f('\x00')",
        "",
    ],
)
def test_anything_but_one_expression_without_comments_stays_as_it_is(code: str) -> None:
    assert code == laid_out(code)


@pytest.mark.parametrize(
    "code", ["(lambda: 'a')()", "('a' + b).upper()", "f'{a!r:>{b}}'.f('c')", "f(x for x in 'y')"]
)
def test_an_unusual_expression_says_the_same(code: str) -> None:
    assert ast.dump(ast.parse(code)) == ast.dump(ast.parse(laid_out(code)))


WORDS = st.lists(st.sampled_from([*PIECES, "word ", "a"]), max_size=9).map("".join)
"""Strings of characters about whose width in columns there is no doubt."""
VALUES = st.recursive(
    WORDS.map(repr) | st.sampled_from(["None", "1", "sa.Integer()", "[]"]),
    lambda inner: st.lists(inner, min_size=1, max_size=4).flatmap(
        lambda items: st.sampled_from(
            [
                f"[{', '.join(items)}]",
                f"({', '.join(items)},)",
                f"sa.Column({', '.join(items)})",
                f"{{{', '.join(f'{number}: {item}' for number, item in enumerate(items))}}}",
                f"op.f({items[0]}, comment={items[-1]})",
            ]
        )
    ),
    max_leaves=12,
)


@given(values=st.lists(VALUES, min_size=1, max_size=40))
@tries(10)
@pytest.mark.slow
def test_a_formatter_has_nothing_to_change(tmp_path: Path, values: list[str]) -> None:
    """No line holds part of a string that goes on in the next: Alembic indents line by line."""
    laid = [laid_out(f"op.f({value})", WIDTH - 4) for value in values]
    body = "".join(f"    {line}\n" for item in laid for line in item.split("\n"))
    file = tmp_path / "revision.py"
    file.write_text(f"def upgrade() -> None:\n{body}", encoding="utf-8")
    wanted = [ast.dump(ast.parse(f"op.f({value})").body[0]) for value in values]
    [function] = ast.parse(file.read_bytes()).body
    assert isinstance(function, ast.FunctionDef)
    assert wanted == [ast.dump(statement) for statement in function.body]
    style = ["--isolated", "--line-length", str(WIDTH), "--target-version", "py311"]
    ruff = [str(SCRIPTS / "ruff"), "format", "--diff", *style, str(file)]
    ended = subprocess.run(ruff, capture_output=True, text=True, check=False, encoding="utf-8")
    assert "" == ended.stdout
    assert 0 == ended.returncode
