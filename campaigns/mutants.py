"""Small faults put into functions, one at a time.

Comparisons, logic, arithmetic, conditions, numbers, texts, returns, raises, calls and
yields. A fault that another one already is (``a == b`` turned is ``a != b``) is not made
twice, and the texts of failures (below ``raise``) are left as they are.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
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
    ast.BitXor: ast.BitOr,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
OPPOSITES = (ast.Eq, ast.NotEq, ast.In, ast.NotIn, ast.Is, ast.IsNot)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault of a module: where it stands, the first line of its statement, what is wrong."""

    line: int
    statement: int
    function: str
    fault: str
    source: str
    number: int

    def code(self, name: str) -> CodeType:
        """Compile the outermost function that holds the fault, with the fault in it."""
        tree = ast.parse(self.source)
        _spot, fault = next(islice(_faults(tree), self.number, None))
        fault.apply()
        return codes_of(ast.fix_missing_locations(tree), name)[self.function]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and what makes it so in the tree that it was found in."""

    line: int
    told: str
    apply: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a fault stands: its outermost function, and its statement's first line."""

    function: str
    statement: int


def mutants(source: str) -> Iterator[Mutant]:
    """Give every mutant of a module: faults stand inside functions only."""
    for number, (spot, fault) in enumerate(_faults(ast.parse(source))):
        yield Mutant(
            fault.line, spot.statement, spot.function, fault.told, source, number
        )


# ------------------------------------------------------------------- the places


def _faults(tree: ast.Module) -> Iterator[tuple[Spot, Fault]]:
    for name, function in _functions(tree.body):
        for statement in function.body:
            yield from _in_statement(name, statement)


def _functions(
    body: list[ast.stmt], within: str = ""
) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Give the functions and methods that stand in no other function."""
    for node in body:
        if isinstance(node, ast.FunctionDef):
            yield f"{within}{node.name}", node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node.body, f"{within}{node.name}.")


def _in_statement(name: str, statement: ast.stmt) -> Iterator[tuple[Spot, Fault]]:
    if isinstance(statement, ast.Assert) or _is_docstring(statement):
        return
    spot = Spot(name, statement.lineno)
    for node in _header(statement):
        for fault in _of(node):
            yield spot, fault
    for block in blocks_of(statement):
        for one in block:
            yield from _in_statement(name, one)


def blocks_of(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """Give the lists of statements that a statement holds."""
    for _, value in ast.iter_fields(statement):
        if isinstance(value, list) and value:
            if isinstance(value[0], ast.stmt):
                yield value
            elif isinstance(value[0], ast.ExceptHandler):
                yield from (handler.body for handler in value)


def _header(statement: ast.stmt) -> Iterator[ast.AST]:
    """Walk what a statement holds beside other statements, annotations and names."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(_parts(node)))


def _parts(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.FunctionDef):
        return []
    if isinstance(node, ast.AnnAssign):
        return [node.value] if node.value else []
    parts = list(ast.iter_child_nodes(node))
    if isinstance(node, ast.Raise):
        return [one for one in parts if not _tells_failure(one)]
    if isinstance(node, ast.Call) and _called(node) == "cast":
        return parts[2:]
    return [one for one in parts if not isinstance(one, ast.stmt | ast.ExceptHandler)]


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _tells_failure(node: ast.AST) -> bool:
    """Whether this is ``ValueError(…)``: all it holds is a text for programmers."""
    return isinstance(node, ast.Call) and _called(node).endswith("Error")


def _is_docstring(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


# ------------------------------------------------------------------- the faults


def _of(node: ast.AST) -> Iterator[Fault]:
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            yield _swap(node, operator, node.ops, place)
    elif (
        isinstance(node, ast.BoolOp | ast.BinOp | ast.AugAssign)
        and type(node.op) in SWAPS
    ):
        yield _swap_attribute(node, node.op)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield Fault(node.lineno, "drop not", lambda: _become(node, node.operand))
    elif isinstance(node, ast.If | ast.IfExp | ast.While):
        if not _is_turned_elsewhere(node.test):
            test = ast.UnaryOp(ast.Not(), node.test)
            told = "turn the condition"
            yield Fault(node.test.lineno, told, lambda: _set(node, "test", test))
    elif isinstance(node, ast.comprehension):
        yield from _of_filters(node)
    elif isinstance(node, ast.Constant | ast.Dict):
        yield from _of_literal(node)
    elif isinstance(node, ast.stmt):
        yield from _of_statement(node)


def _of_statement(node: ast.stmt) -> Iterator[Fault]:
    line = node.lineno
    if isinstance(node, ast.Return):
        if not _is_nothing(node.value):
            yield Fault(line, "return None", lambda: _set(node, "value", _none()))
    elif isinstance(node, ast.Raise):
        yield Fault(line, "do not raise", lambda: _become(node, ast.Pass()))
    elif isinstance(node, ast.Break):
        yield Fault(line, "break to continue", lambda: _become(node, ast.Continue()))
    elif isinstance(node, ast.Continue):
        yield Fault(line, "continue to break", lambda: _become(node, ast.Break()))
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield Fault(line, "do not call", lambda: _become(node, ast.Pass()))
    elif isinstance(node, ast.Expr) and isinstance(
        node.value, ast.Yield | ast.YieldFrom
    ):
        yield Fault(line, "do not yield", lambda: _become(node, ast.Pass()))


def _of_filters(node: ast.comprehension) -> Iterator[Fault]:
    for place, test in enumerate(node.ifs):
        if not _is_turned_elsewhere(test):
            turned = ast.UnaryOp(ast.Not(), test)
            yield Fault(
                test.lineno, "turn the filter", _setting(node.ifs, place, turned)
            )


def _of_entries(node: ast.Dict) -> Iterator[Fault]:
    for place, key in enumerate(node.keys):
        if isinstance(key, ast.Constant):
            told = f"drop {key.value!r}"
            yield Fault(key.lineno, told, _dropping(node, place))


def _is_turned_elsewhere(test: ast.expr) -> bool:
    """Whether another fault is this condition's opposite already."""
    if isinstance(test, ast.Compare):
        return len(test.ops) == 1 and isinstance(test.ops[0], OPPOSITES)
    return isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)


def _of_literal(node: ast.Constant | ast.Dict) -> Iterator[Fault]:
    if isinstance(node, ast.Dict):
        yield from _of_entries(node)
    else:
        yield from _of_constant(node)


def _of_constant(node: ast.Constant) -> Iterator[Fault]:
    value, other = node.value, _other(node.value)
    if other is not None:
        told = f"{value!r} to {other!r}"
        yield Fault(node.lineno, told, lambda: _set(node, "value", other))


def _other(value: object) -> object:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return f"{value}!"
    return value + b"!" if isinstance(value, bytes) else None


def _swap(
    node: ast.Compare, operator: ast.AST, operators: list[Any], place: int
) -> Fault:
    other = SWAPS[type(operator)]
    told = f"{type(operator).__name__} to {other.__name__}"
    return Fault(node.lineno, told, _setting(operators, place, other()))


def _swap_attribute(
    node: ast.BoolOp | ast.BinOp | ast.AugAssign, operator: ast.AST
) -> Fault:
    other = SWAPS[type(operator)]
    told = f"{type(operator).__name__} to {other.__name__}"
    return Fault(node.lineno, told, lambda: _set(node, "op", other()))


# ------------------------------------------------------------- changing the tree


def _setting(held: list[Any], place: int, value: object) -> Callable[[], None]:
    def apply() -> None:
        held[place] = value

    return apply


def _dropping(node: ast.Dict, place: int) -> Callable[[], None]:
    def apply() -> None:
        del node.keys[place], node.values[place]

    return apply


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


def _is_nothing(node: ast.expr | None) -> bool:
    """Whether None would be the same, or a yes or no has a fault of its own."""
    return node is None or (
        isinstance(node, ast.Constant) and (node.value is None or _is_bool(node.value))
    )


def _is_bool(value: object) -> bool:
    return isinstance(value, bool)


def _none() -> ast.Constant:
    return ast.Constant(None)


def codes_of(tree: ast.Module, name: str) -> dict[str, CodeType]:
    """Compile a module; give the code of every function by its qualified name."""
    return {code.co_qualname: code for code in _codes(compile(tree, name, "exec"))}


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)
