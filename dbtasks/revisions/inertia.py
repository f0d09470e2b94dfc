"""Python that can do nothing but bind names: no call of it is one that may have an effect."""

from __future__ import annotations

import ast

from dbtasks.revisions.evaluation import Evaluator
from dbtasks.revisions.vocabulary import LIBRARIES, WITHOUT_EFFECT, meaning

_INERT = (
    ast.Import,
    ast.ImportFrom,
    ast.alias,
    ast.Assign,
    ast.AnnAssign,
    ast.Expr,
    ast.Pass,
    ast.Return,
    ast.If,
    ast.Try,
    ast.ExceptHandler,
    ast.Constant,
    ast.Tuple,
    ast.List,
    ast.Dict,
    ast.Set,
    ast.Compare,
    ast.BoolOp,
    ast.UnaryOp,
    ast.IfExp,
    ast.Lambda,
    ast.keyword,
    ast.expr_context,
    ast.boolop,
    ast.cmpop,
    ast.unaryop,
)


def is_inert(node: ast.AST, evaluator: Evaluator) -> bool:
    """Whether Python does nothing when it runs, as far as can be told from its own words.

    Defining a function does nothing, decorators and defaults apart; a class does what stands in it.
    """
    parts = _parts_that_run(node)
    return _is_allowed(node, evaluator) and all(is_inert(part, evaluator) for part in parts)


def _parts_that_run(node: ast.AST) -> list[ast.AST]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
            defaults = [item for item in node.args.kw_defaults if item is not None]
            return [*node.args.defaults, *defaults]
        case ast.ClassDef():
            return [*node.bases, *node.body]
        case ast.Call():
            return [*node.args, *node.keywords]
        case ast.AnnAssign():  # what it is annotated with is no concern of the database's
            return [node.target, *([node.value] if node.value else [])]
    return list(ast.iter_child_nodes(node))


def _is_allowed(node: ast.AST, evaluator: Evaluator) -> bool:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return not node.decorator_list
        case ast.ClassDef():
            return not node.decorator_list and not node.keywords
        case ast.Call():
            return _may_be_called(node.func, evaluator)
        case ast.Name():
            return not isinstance(node.ctx, ast.Del) and not _is_of_the_project(node, evaluator)
        case ast.Attribute():  # which may be read; to set one changes something else
            return isinstance(node.ctx, ast.Load)
    return isinstance(node, _INERT)


def _is_of_the_project(name: ast.Name, evaluator: Evaluator) -> bool:
    """Whether a name is imported from the project, whose objects may act when they are used."""
    path = evaluator.path(name)
    return bool(path) and path.partition(".")[0] not in LIBRARIES


def _may_be_called(function: ast.expr, evaluator: Evaluator) -> bool:
    path = evaluator.path(function)
    try:
        return path in WITHOUT_EFFECT or meaning(path) is not None
    except KeyError:
        return False
