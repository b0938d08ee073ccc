"""Keep functions and files small. Raises no wall: lists what grew past its budget.

Budgets are ceilings, not aims; ``tools/budget.txt`` holds today's exceptions and
may only shrink.
"""

import ast
import pathlib
import sys


FUNCTION_LINES = 60
FILE_LINES = 400


def oversize(root: pathlib.Path) -> set[str]:
    """Name every file and function past its budget."""
    found: set[str] = set()
    for path in sorted(root.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        source = path.read_text(encoding="utf-8")
        if source.count("\n") > FILE_LINES:
            found.add(f"{path}")
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES:
                found.add(f"{path}:{node.name}")
    return found


def main(root: str) -> int:
    """Compare with the exceptions file, in both directions."""
    listed = pathlib.Path(__file__).with_suffix(".txt")
    allowed = set(listed.read_text().split()) if listed.exists() else set()
    now = oversize(pathlib.Path(root))
    for name in sorted(now - allowed):
        print(f"over budget: {name}")
    for name in sorted(allowed - now):
        print(f"back within budget, so remove it from {listed}: {name}")
    return int(now != allowed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
