"""Marks in the code of functions tell which statements ran, at a call each.

Only the marked modules pay for it; a tracer would slow down everything.
"""

import ast
from collections.abc import Mapping
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

from campaigns.exchange import functions_of
from campaigns.mutants import blocks_of, codes_of


MARK = "__mark__"


class Marks:
    """Modules, by the path of their source, whose functions tell what they run."""

    def __init__(self, modules: Mapping[Path, ModuleType]) -> None:
        self.modules = modules
        self.sound: list[tuple[FunctionType, CodeType]] = []
        self.ran: dict[Path, set[int]] = {}
        self.take()
        for path, module in modules.items():
            source = path.read_text(encoding="utf-8")
            codes = codes_of(marked(source), str(path))
            for function in functions_of(module):
                if function.__qualname__ in codes:
                    self.sound.append((function, function.__code__))
                    function.__code__ = codes[function.__qualname__]

    def take(self) -> dict[Path, set[int]]:
        """Give the first lines of what ran since the last taking."""
        taken, self.ran = self.ran, {path: set() for path in self.modules}
        for path, module in self.modules.items():
            setattr(module, MARK, self.ran[path].add)
        return taken

    def wipe(self) -> None:
        """Put the sound code back."""
        for function, code in self.sound:
            function.__code__ = code


def marked(source: str) -> ast.Module:
    """Put a mark before every statement that stands in a function."""
    tree = ast.parse(source)
    _mark_functions(tree.body)
    return ast.fix_missing_locations(tree)


def _mark_functions(body: list[ast.stmt]) -> None:
    for node in body:
        if isinstance(node, ast.FunctionDef):
            _mark(node.body)
        elif isinstance(node, ast.ClassDef):
            _mark_functions(node.body)


def _mark(block: list[ast.stmt]) -> None:
    statements = list(block)
    block[:] = [one for each in statements for one in (_mark_of(each), each)]
    for statement in statements:
        for inner in blocks_of(statement):
            _mark(inner)


def _mark_of(statement: ast.stmt) -> ast.stmt:
    name = ast.Name(MARK, ast.Load())
    mark = ast.Expr(ast.Call(name, [ast.Constant(statement.lineno)], []))
    return ast.copy_location(mark, statement)
