"""What the source may not hold."""

import ast
import pathlib
import re
import subprocess

import pytest


ROOT = pathlib.Path(__file__).parents[2]
PYTHON = sorted((ROOT / "src").rglob("*.py"))
HAN = re.compile(r"[\u3400-\u9fff]")
TRACKED = subprocess.run(
    ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
).stdout.split()


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_python_carries_no_chinese(path):
    found = [
        number
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if HAN.search(line)
    ]

    assert found == []


@pytest.mark.parametrize("name", [one for one in TRACKED if one.endswith(".py")])
def test_exceptions_to_a_rule_say_why(name):
    bare = re.compile(
        r"#\s*(noqa: [A-Z0-9, ]+|type: ignore\[[a-z-]+\])\s*$|#\s*noqa\s*$"
    )

    assert [
        line
        for line in (ROOT / name).read_text("utf-8").splitlines()
        if bare.search(line)
    ] == []


def test_no_room_is_called_after_nothing():
    homeless = {"common", "utils", "helpers", "core", "misc"}
    rooms = {part for path in PYTHON for part in path.with_suffix("").parts}

    assert rooms & homeless == set()


def test_only_one_place_reads_the_clock():
    readers = {
        str(path.relative_to(ROOT / "src" / "fangxian"))
        for path in PYTHON
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in {"now", "utcnow", "today"}
        and isinstance(node.value, ast.Attribute | ast.Name)
        and ast.unparse(node.value) in {"datetime", "dt.datetime", "date", "dt.date"}
    }

    assert readers == {"kernel/moments.py"}


def test_lock_files_carry_no_addresses():
    locks = [ROOT / "web" / "package-lock.json", *(ROOT / "requirements").glob("*.txt")]
    carrying = {
        path.name
        for path in locks
        if path.exists()
        and re.search(r'"resolved": "https?:|index-url|/simple', path.read_text())
    }

    assert carrying == set()


def test_what_is_built_is_not_tracked():
    built = [name for name in TRACKED if re.search(r"node_modules|/built/|\.mo$", name)]

    assert built == []
