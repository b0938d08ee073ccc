"""Nothing but its own actions writes a restriction; nothing stores how somebody stands."""

import ast
import pathlib
import re

import pytest
from django.apps import apps


ROOT = pathlib.Path(__file__).parents[2]
SOURCE = ROOT / "src" / "fangxian"
SLICE = SOURCE / "mechanisms" / "restriction"
ACTIONS = SLICE / "actions"
ELSEWHERE = [
    path
    for path in sorted([*SOURCE.rglob("*.py"), *(ROOT / "tools").glob("*.py")])
    if ACTIONS not in path.parents and "migrations" not in path.parts
]
TABLES = {model.__name__ for model in apps.get_app_config("restriction").get_models()}
MODELS = "fangxian.mechanisms.restriction.models"
WRITES = frozenset(
    {
        *("create", "bulk_create", "get_or_create", "update_or_create"),
        *("save", "delete", "update", "bulk_update", "_raw_delete", "raw"),
    }
)
WRITERS = frozenset({"insert", "insert_all", "keep", "change"})  # of store/rows.py
WRITES_ANYWHERE = re.compile(rf"restriction_({'|'.join(map(str.lower, TABLES))})\b")


def running(tree):
    """Give the nodes of a module that run: not what it imports for types alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            for other in node.orelse:
                yield other
                yield from running(other)
            continue
        yield node
        yield from running(node)


def names_models(tree):
    """Give how the tables are reached in a module, if they are."""
    for node in running(tree):
        if isinstance(node, ast.ImportFrom) and node.module == MODELS:
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name.startswith(MODELS))
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
            "get_model"
        ):
            yield from (
                one.value
                for one in node.args
                if isinstance(one, ast.Constant) and "restriction" in str(one.value)
            )


def written_in(tree):
    """Give the names of the writing methods that a module calls, if any."""
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    methods = {one.attr for one in called if isinstance(one, ast.Attribute)}
    functions = {one.id for one in called if isinstance(one, ast.Name)}
    return (methods & (WRITES | WRITERS)) | (functions & WRITERS)


def constructed_in(tree):
    """Give the tables of which a module makes rows."""
    return {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in TABLES
    }


@pytest.mark.parametrize(
    "path", ELSEWHERE, ids=lambda path: str(path.relative_to(ROOT))
)
def test_nobody_else_writes_a_restriction(path):
    text = path.read_text("utf-8")
    tree = ast.parse(text)

    assert WRITES_ANYWHERE.findall(text) == []
    if set(names_models(tree)):
        assert SLICE in path.parents
        assert written_in(tree) == set()
        assert constructed_in(tree) == set()


def test_the_check_finds_a_writer():
    writer = ast.parse(
        f"from {MODELS} import Decision\nDecision.objects.create()\nDecision(1).save()"
    )

    assert set(names_models(writer)) == {"Decision"}
    assert written_in(writer) == {"create", "save"}
    assert written_in(ast.parse("keep(one); rows.change(one)")) == {"keep", "change"}
    assert constructed_in(writer) == {"Decision"}
    typed = "if TYPE_CHECKING:\n    from {MODELS} import Decision\n{more}"
    types = typed.format(MODELS=MODELS, more="")
    reached = typed.format(MODELS=MODELS, more=f"else:\n    import {MODELS}")
    assert set(names_models(ast.parse(types))) == set()
    assert set(names_models(ast.parse(f"import {MODELS}\n{types}"))) == {MODELS}
    assert set(names_models(ast.parse(reached))) == {MODELS}
    assert WRITES_ANYWHERE.findall("UPDATE restriction_decision SET until") == [
        "decision"
    ]


def test_a_decision_is_made_in_one_place():
    makers = {
        path.name: [
            function.name
            for function in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(function, ast.FunctionDef)
            and "Decision" in constructed_in(function)
        ]
        for path in sorted(ACTIONS.glob("*.py"))
    }

    assert {name: made for name, made in makers.items() if made} == {
        "cohorts.py": ["_decision"]
    }


def test_no_column_says_how_somebody_stands():
    columns = {
        field.name
        for model in apps.get_app_config("restriction").get_models()
        for field in model._meta.concrete_fields
    }

    assert (
        columns & {"color", "colour", "code", "state", "status", "is_restricted"}
        == set()
    )
