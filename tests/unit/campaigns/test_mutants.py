"""Which faults are put into a function, and that each is really in its code."""

import textwrap
from types import ModuleType

import pytest

from campaigns.exchange import exchange, functions_called
from campaigns.marks import Marks
from campaigns.mutants import mutants


SOURCE = textwrap.dedent(
    '''
    """A module of nothing but a shelf."""

    MOST = 3


    def fits(books: "list[str]", most: int = 3) -> bool:
        """Whether the books fit."""
        assert books
        if not books:
            raise ValueError("no book")
        return len(books) <= most


    class Shelf:
        def told(self, books):
            for book in books:
                if book == "":
                    continue
                yield f"a {book}"

        def card(self, book):
            return {"title": book, **self.place}
    '''
)


@pytest.fixture
def shelf():
    module = ModuleType("shelf")
    module.__file__ = "shelf.py"
    exec(compile(SOURCE, "shelf.py", "exec"), vars(module))  # noqa: S102 -- our own source
    return module


def test_faults_stand_inside_functions_and_each_is_made_once():
    assert [(one.function, one.fault) for one in mutants(SOURCE)] == [
        ("fits", "drop not"),
        ("fits", "do not raise"),
        ("fits", "return None"),
        ("fits", "LtE to Lt"),
        ("Shelf.told", "Eq to NotEq"),
        ("Shelf.told", "'' to '!'"),
        ("Shelf.told", "continue to break"),
        ("Shelf.told", "do not yield"),
        ("Shelf.told", "'a ' to 'a !'"),
        ("Shelf.card", "return None"),
        ("Shelf.card", "drop 'title'"),
        ("Shelf.card", "'title' to 'title!'"),
    ]


def test_a_fault_is_run_by_whoever_runs_its_statement(shelf, tmp_path):
    path = tmp_path / "shelf.py"
    path.write_text(SOURCE)
    marks = Marks({path: shelf})
    assert shelf.fits(["a"]) is True

    ran = marks.take()[path]
    found = [one.fault for one in mutants(SOURCE) if one.statement in ran]
    assert found == ["drop not", "return None", "LtE to Lt"]
    assert marks.take()[path] == set()


@pytest.mark.parametrize(
    ("fault", "answers"),
    [
        (None, [True, True, False]),
        ("LtE to Lt", [True, False, False]),
        ("return None", [None, None, None]),
    ],
)
def test_a_fault_changes_what_a_function_does(shelf, fault, answers):
    for mutant in mutants(SOURCE):
        if mutant.fault == fault:
            exchange(shelf, mutant)()

    assert [shelf.fits(["a"] * number) for number in (2, 3, 4)] == answers


def test_methods_and_generators_are_changed_too(shelf):
    [mutant] = [one for one in mutants(SOURCE) if one.fault == "'a ' to 'a !'"]
    exchange(shelf, mutant)()

    assert list(shelf.Shelf().told(["", "b"])) == ["a !b"]


def test_an_entry_of_a_table_is_dropped_alone(shelf):
    shelf.Shelf.place = {"room": "1"}
    [mutant] = [one for one in mutants(SOURCE) if one.fault == "drop 'title'"]
    assert shelf.Shelf().card("b") == {"title": "b", "room": "1"}

    exchange(shelf, mutant)()

    assert shelf.Shelf().card("b") == {"room": "1"}


def test_a_function_that_is_not_there_is_an_error(shelf):
    with pytest.raises(LookupError, match="no function gone"):
        functions_called("gone", shelf)
