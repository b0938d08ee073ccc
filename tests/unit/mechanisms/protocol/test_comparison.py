import pytest

from fangxian.mechanisms.protocol.changes import What
from fangxian.mechanisms.protocol.comparison import compare
from fangxian.mechanisms.protocol.packs import read_pack
from tests.packs import pack_of
from tests.unit.mechanisms.protocol.libraries import (
    GONE,
    book,
    damp,
    library,
    shanghai,
    shelf,
)


FIRST = shanghai("2020-11-01")
FIFTH = shanghai("2020-11-05")


def told(new, facts=None, at=FIRST, old=None):
    return [
        (one.clause, one.what, one.reason)
        for one in compare(old or library(), new, facts or shelf(), at)
    ]


def test_the_same_pack_changes_nothing():
    assert told(library()) == []


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        (("windows", 0, "due"), "16:00", "due 2020-11-01 17:00 → 2020-11-01 16:00"),
        (("windows", 0, "opens"), "10:00", "opens 2020-11-01 09:00 → 2020-11-01 10:00"),
        (
            ("windows", 0, "closes"),
            "24:00",
            "closes 2020-11-01 18:00 → 2020-11-02 00:00",
        ),
        (("roles",), ["street"], "post grid_worker, community → street"),
        (
            ("ladder",),
            GONE,
            "people to tell community +30 min, street +90 min → nobody",
        ),
    ],
)
def test_a_duty_that_would_be_different_says_how(path, value, reason):
    new = library(("clauses", 0, *path), value)

    assert told(new) == [("read_shelves", What.CHANGED, reason)]


def test_another_form_is_told():
    content = dict(library().content)
    del content["cases"]
    glance = {**content["forms"][0], "form": "shelf_glance"}
    reading = {**content["clauses"][0], "form": "shelf_glance"}
    new = read_pack(
        {**content, "forms": [*content["forms"], glance], "clauses": [reading]}
    )

    assert told(new) == [
        ("read_shelves", What.CHANGED, "form shelf_reading → shelf_glance")
    ]


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        (("kinds",), ["reading_desk"], "the clause speaks of other kinds"),
        (("valid_from",), "2020-11-02", "the clause is not in force on that day"),
        (
            ("when",),
            {"fact": "shelf.damp"},
            "its condition fails: shelf.damp",
        ),
        (
            ("when",),
            {">": [{"fact": "shelf.books"}, 3]},
            "it cannot be decided without shelf.books",
        ),
        (
            ("cadence", "start"),
            "2020-11-02",
            "it falls on other days or in other windows",
        ),
    ],
)
def test_a_duty_that_would_end_says_why(path, value, reason):
    new = library(("clauses", 0, *path), value)

    assert told(new) == [("read_shelves", What.REMOVED, reason)]


def test_a_clause_that_is_gone_says_so():
    assert told(pack_without_reading()) == [
        ("read_shelves", What.REMOVED, "the clause is gone")
    ]


def pack_without_reading():
    content = dict(library().content)
    del content["cases"]
    return read_pack({**content, "clauses": content["clauses"][1:]})


def test_a_new_duty_names_its_paper():
    found = compare(pack_without_reading(), library(), shelf(), FIRST)

    assert [(one.subject, one.what, one.reason) for one in found] == [
        ("place:1", What.ADDED, "by 阅览室规则 第一条")
    ]


def test_where_nothing_is_in_force_everything_is_new():
    found = compare(None, library(), damp(), FIFTH)

    assert [one.what for one in found] == [What.ADDED, What.ADDED]


def test_a_subject_that_a_version_does_not_know_has_no_duties_there():
    routine = pack_of("routine")  # knows nothing of books
    [lost] = compare(library(), routine, book(), FIFTH)
    [won] = compare(routine, library(), book(), FIFTH)

    assert (lost.what, lost.reason) == (What.REMOVED, "the clause is gone")
    assert won.what is What.ADDED


def test_a_parameter_moves_what_is_due():
    new = library(("parameters", 0, "values", 0, "value"), 72)

    assert told(new, book(), FIFTH) == [
        ("remind", What.CHANGED, "due 2020-11-06 08:00 → 2020-11-07 08:00")
    ]
