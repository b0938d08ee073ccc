"""Small faults put into functions, one at a time: comparisons, logic, numbers, calls."""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any


SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module's syntax tree with one fault in it."""

    line: int
    fault: str
    tree: ast.Module

    def codes(self, name: str) -> dict[str, CodeType]:
        """Compile, and give the code of every function by its qualified name."""
        compiled = compile(self.tree, name, "exec")
        return dict(_codes(compiled))


def mutants(source: str) -> Iterator[Mutant]:
    """Give every mutant of a module: faults stand inside functions only."""
    original = ast.parse(source)
    for number, (line, fault, _apply) in enumerate(_faults(original)):
        tree = copy.deepcopy(original)
        _line, _fault, apply = list(_faults(tree))[number]
        apply()
        ast.fix_missing_locations(tree)
        yield Mutant(line=line, fault=fault, tree=tree)


Fault = tuple[int, str, Callable[[], None]]


def _faults(tree: ast.Module) -> Iterator[Fault]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for node in _inside(function):
                yield from _of(node)


def _inside(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """Walk a function's statements; not its name, annotations, docstring, asserts."""
    waiting: list[ast.AST] = list(reversed(function.body))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.Assert) or _is_docstring(node):
            continue  # a nested function is walked as a function of its own
        yield node
        if isinstance(node, ast.AnnAssign):
            waiting.extend([node.value] if node.value else [])
        else:
            waiting.extend(reversed(list(ast.iter_child_nodes(node))))


def _is_docstring(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _of(node: ast.AST) -> Iterator[Fault]:
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            yield _swap(node, operator, node.ops, place)
    elif isinstance(node, ast.BoolOp | ast.BinOp) and type(node.op) in SWAPS:
        yield _swap_attribute(node, node.op)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.lineno, "drop not", lambda: _become(node, node.operand)
    elif isinstance(node, ast.If | ast.IfExp | ast.While):
        test = ast.UnaryOp(ast.Not(), node.test)
        yield node.test.lineno, "turn the condition", lambda: _set(node, "test", test)
    elif isinstance(node, ast.Return) and not _is_none(node.value):
        yield node.lineno, "return None", lambda: _set(node, "value", _none())
    elif isinstance(node, ast.Raise):
        yield node.lineno, "do not raise", lambda: _become(node, ast.Pass())
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield node.lineno, "do not call", lambda: _become(node, ast.Pass())
    elif isinstance(node, ast.Constant):
        yield from _of_constant(node)


def _of_constant(node: ast.Constant) -> Iterator[Fault]:
    value = node.value
    if isinstance(value, bool):
        told = f"{value} to {not value}"
        yield node.lineno, told, lambda: _set(node, "value", not value)
    elif isinstance(value, int):
        told = f"{value} to {value + 1}"
        yield node.lineno, told, lambda: _set(node, "value", value + 1)


def _swap(
    node: ast.Compare, operator: ast.AST, operators: list[Any], place: int
) -> Fault:
    other = SWAPS[type(operator)]
    told = f"{type(operator).__name__} to {other.__name__}"

    def apply() -> None:
        operators[place] = other()

    return node.lineno, told, apply


def _swap_attribute(node: ast.BoolOp | ast.BinOp, operator: ast.AST) -> Fault:
    other = SWAPS[type(operator)]
    told = f"{type(operator).__name__} to {other.__name__}"
    return node.lineno, told, lambda: _set(node, "op", other())


def _set(node: ast.AST, field: str, value: object) -> None:
    setattr(node, field, value)


def _become(node: ast.AST, other: ast.AST) -> None:
    """Turn a node into another in place, whoever holds it."""
    line = vars(node).get("lineno", 1)
    kept = vars(other).copy()
    vars(node).clear()
    node.__class__ = other.__class__
    vars(node).update(kept)
    vars(node).setdefault("lineno", line)
    vars(node).setdefault("col_offset", 0)


def _is_none(node: ast.expr | None) -> bool:
    return node is None or (isinstance(node, ast.Constant) and node.value is None)


def _none() -> ast.Constant:
    return ast.Constant(None)


def _codes(code: CodeType) -> Iterator[tuple[str, CodeType]]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant.co_qualname, constant
            yield from _codes(constant)
