import datetime as dt

import pytest

from fangxian.kernel.actors import Role
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.protocol.clauses import Named
from fangxian.mechanisms.protocol.layouts import (
    Findings,
    Places,
    Problems,
    Returns,
    Standing,
    Sum,
    Tally,
    Units,
)
from fangxian.mechanisms.protocol.parameters import NOT_YET_IN_FORCE
from fangxian.mechanisms.protocol.reading import PACK_WRONG
from fangxian.mechanisms.protocol.texts import GAP_NOT_FILLED
from tests.packs import pack_of
from tests.unit.mechanisms.protocol.libraries import GONE, library


RULES = "阅览室规则"
NOV = dt.date(2020, 11, 1)


# ---------------------------------------------------------------- what is refused
CLAUSE, FORM, LAYOUT = ("clauses", 0), ("forms", 0), ("reports", 0)
QUESTION = (*FORM, "questions", 0)
WINDOW = (*CLAUSE, "windows", 0)
INDICATOR = (*LAYOUT, "sections", 0, "indicators", 0)

MISTAKES = [
    # the whole
    (("clauses",), GONE, "the pack: clauses is missing"),
    (("posters",), [], "posters: posters is not known here"),
    (("clauses",), [], "clauses: a list is needed here"),
    (("clauses",), {}, "clauses: a list is needed here"),
    (("clauses", 0), "read", "clauses[0]: a mapping is needed here"),
    # the head
    (("pack", "pack"), "Library", "pack.pack: Library is not a code"),
    (("pack", "version"), "  ", "pack.version: a text is needed here"),
    (("pack", "title"), "Library", "pack.title: a mapping is needed here"),
    (("pack", "title", "en"), GONE, "pack.title: en is missing"),
    (("pack", "title", "fr"), "x", "pack.title.fr: fr is not known here"),
    (
        ("pack", "subjects", 1, "subject"),
        "place",
        "pack.subjects[1]: there are two subjects place",
    ),
    (
        ("pack", "subjects", 0, "facts", "shelf.damp"),
        "maybe",
        "pack.subjects[0].facts.shelf.damp: there is no type maybe",
    ),
    (
        ("pack", "severities", 1, "code"),
        "minor",
        "pack.severities[1]: there are two severities minor",
    ),
    (
        ("pack", "severities", 1, "hours"),
        0,
        "pack.severities[1].hours: 0 is out of bounds",
    ),
    (
        ("pack", "severities", 1, "hours"),
        {"parameter": "desk.closes"},
        "pack.severities[1].hours.parameter: desk.closes is a time",
    ),
    (
        ("pack", "severities", 1, "hours"),
        {"parameter": "desk.opens"},
        "pack.severities[1].hours.parameter: there is no parameter desk.opens",
    ),
    # kinds
    (
        ("kinds", "kinds", 0, "group"),
        "cutlery",
        "kinds.kinds[0].group: there is no group cutlery",
    ),
    (
        ("kinds", "kinds", 1, "code"),
        "shelf",
        "kinds.kinds[1]: there are two kinds shelf",
    ),
    (
        ("kinds", "groups", 1, "code"),
        "furniture",
        "kinds.groups[1]: there are two groups furniture",
    ),
    (
        ("kinds", "kinds", 0, "key"),
        "yes",
        "kinds.kinds[0].key: true or false is needed",
    ),
    # parameters
    (
        ("parameters", 0, "values", 1, "valid_from"),
        "2020-01-01",
        "parameters[0].values[1]: 2020-01-01 does not follow 2020-01-01",
    ),
    (
        ("parameters", 0, "values", 0, "valid_from"),
        "2020-02-30",
        "parameters[0].values[0].valid_from: 2020-02-30 is not a day",
    ),
    (
        ("parameters", 0, "values", 0, "value"),
        "48",
        "parameters[0].values[0].value: a whole number is needed here",
    ),
    (
        ("parameters", 0, "values", 0, "source"),
        GONE,
        "parameters[0].values[0]: source is missing",
    ),
    (
        ("parameters", 0, "values", 0, "source", "gist"),
        GONE,
        "parameters[0].values[0].source: gist is missing",
    ),
    (
        ("parameters", 1, "name"),
        "mend.hours",
        "parameters[1]: there are two parameters mend.hours",
    ),
    (
        ("parameters", 1, "values", 0, "value"),
        "6 pm",
        "parameters[1].values[0].value: 6 pm is not a time",
    ),
    # forms
    ((*QUESTION, "type"), "riddle", "there is no question type riddle"),
    ((*FORM, "questions", 4, "name"), "books", "there are two questions books"),
    ((*QUESTION, "label"), GONE, "forms[0].questions[0]: label is missing"),
    ((*QUESTION, "choices"), [], "choices and the type yes_no do not go together"),
    (
        (*FORM, "questions", 3, "choices"),
        GONE,
        "choices and the type choices do not go together",
    ),
    (
        (*FORM, "questions", 3, "choices", 1, "value"),
        "page",
        "there are two choices page",
    ),
    (
        (*FORM, "questions", 2, "message"),
        GONE,
        "a constraint needs a message",
    ),
    (
        (*QUESTION, "relevant"),
        {"fact": "in_order"},
        "The condition reads in_order, which is not a declared fact",
    ),
    (
        (*QUESTION, "constraint"),
        {"fact": "books"},
        "The condition reads books, which is not a declared fact",
    ),
    (
        (*QUESTION, "finding", "when"),
        {"<": [{"fact": "in_order"}, True]},
        "In < a number, day or time is needed",
    ),
    ((*QUESTION, "finding", "severity"), "awful", "there is no severity awful"),
    ((*FORM, "questions", 1, "least"), 401, "forms[0].questions[1].most: 400 is out"),
    ((*FORM, "subject"), "reader", "forms[0].subject: there is no subject reader"),
    ((*FORM, "source"), GONE, "forms[0]: source is missing"),
    # clauses
    ((*CLAUSE, "form"), "poem", "clauses[0].form: there is no form poem"),
    (
        (*CLAUSE, "form"),
        "reminder",
        "the form reminder is about a book, the clause a place",
    ),
    ((*CLAUSE, "kinds"), ["novel"], "there is no kind of place novel"),
    ((*CLAUSE, "groups"), ["novels"], "there is no group novels"),
    ((*CLAUSE, "when"), {"fact": "book.reserved"}, "The condition reads book.reserved"),
    ((*CLAUSE, "when"), {"xor": []}, "The condition uses"),
    ((*CLAUSE, "roles"), ["librarian"], "there is no role librarian"),
    ((*CLAUSE, "roles"), [], "clauses[0].roles: a list is needed here"),
    (
        (*CLAUSE, "ladder", 1, "after_minutes"),
        30,
        "clauses[0].ladder[1]: a higher rung is not later than the one below",
    ),
    ((*CLAUSE, "ladder", 0, "after_minutes"), -1, "-1 is out of bounds"),
    (
        ("clauses", 1, "valid_until"),
        "2020-11-05",
        "clauses[1].valid_until: the clause ends before it begins",
    ),
    (
        (*CLAUSE, "cadence"),
        {"every": "once", "within": 3},
        "windows and this cadence do not go together",
    ),
    (
        (*CLAUSE, "windows"),
        GONE,
        "windows and this cadence do not go together",
    ),
    ((*CLAUSE, "cadence", "every"), "moon", "there is no every moon"),
    ((*CLAUSE, "cadence", "days"), 1, "1 is out of bounds"),
    ((*CLAUSE, "cadence", "start"), GONE, "clauses[0].cadence: start is missing"),
    ((*CLAUSE, "cadence", "within"), 3, "within is not known here"),
    (
        (*CLAUSE, "cadence"),
        {"every": "day", "spread": True},
        "spread is not known here",
    ),
    ((*CLAUSE, "cadence"), {"every": "week"}, "clauses[0].cadence: on is missing"),
    (
        ("clauses", 2, "cadence", "on"),
        ["monday", "monday"],
        "there are two days monday",
    ),
    ((*WINDOW, "opens"), "17:01", "the window closes before it opens"),
    ((*WINDOW, "closes"), "16:59", "the window closes before it opens"),
    ((*WINDOW, "due"), 17, "a text is needed here"),
    ((*WINDOW, "due"), {"parameter": "mend.hours"}, "mend.hours is a number"),
    # layouts
    ((*LAYOUT, "levels"), ["planet"], "there is no level planet"),
    (
        (*INDICATOR, "source"),
        {"tally": "a", "places": "open"},
        "an indicator has exactly one source",
    ),
    (
        (*INDICATOR, "source"),
        {"kinds": ["shelf"]},
        "an indicator has exactly one source",
    ),
    ((*INDICATOR, "source"), {"sum": ["read"]}, "there is no earlier indicator read"),
    ((*INDICATOR, "of"), "read", "there is no earlier indicator read"),
    (
        (*LAYOUT, "sections", 0, "indicators", 4, "name"),
        "read",
        "there are two indicators read",
    ),
    ((*INDICATOR, "definition"), GONE, "indicators[0]: definition is missing"),
    # texts
    (("texts", 0, "gaps"), ["title"], "the gaps of the zh body are days, title"),
    (
        ("texts", 0, "body", "en"),
        "overdue",
        "texts[0].body: the gaps of the en body are ",
    ),
    # cases
    (
        ("cases", 0, "facts", "values"),
        {"shelf.red": True},
        "shelf.red is not a declared fact",
    ),
    (
        ("cases", 0, "facts", "values"),
        {"shelf.damp": "very"},
        "cases[0].facts.values.shelf.damp: a yes_no is needed here",
    ),
    (("cases", 0, "at"), "tomorrow", "cases[0].at: tomorrow is not a moment"),
    (("cases", 0, "facts", "kind"), "novel", "there is no kind of place novel"),
    (("cases", 0, "expect", 0, "clause"), "sing", "there is no clause sing"),
    (("cases", 6, "form"), "poem", "there is no form poem"),
    (("cases", 6, "findings", 0, "question"), "colour", "there is no question colour"),
]


@pytest.mark.parametrize(
    ("path", "value", "told"), MISTAKES, ids=[told for _, _, told in MISTAKES]
)
def test_a_mistake_is_refused_in_its_place_with_a_remedy(path, value, told):
    with pytest.raises(Refusal) as refusal:
        library(path, value)

    assert refusal.value.kind is PACK_WRONG
    assert told in refusal.value.sentence
    assert refusal.value.remedy.endswith(".")
    assert len(refusal.value.remedy) > 5


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((*WINDOW, "opens"), "17:00"),  # opens and is due at once
        ((*CLAUSE, "cadence", "days"), 366),
        ((*CLAUSE, "ladder", 0, "after_minutes"), 0),
        ((*FORM, "questions", 1, "least"), 400),
        (("pack", "severities", 1, "hours"), 1),
        ((*FORM, "questions", 1, "least"), -5),
    ],
)
def test_what_is_just_allowed_is_taken(path, value):
    assert library(path, value).id == "lending-library"


def test_a_window_of_days_may_close_at_an_earlier_hour_than_it_opens():
    pack = library(
        WINDOW, {"opens": "20:00", "due": "08:00", "closes": "09:00", "days": 2}
    )

    assert pack.clauses[0].windows[0].days == 2


def test_a_window_of_days_still_closes_after_it_is_due():
    window = {"opens": "07:00", "due": "10:00", "closes": "09:00", "days": 2}
    with pytest.raises(Refusal, match="closes before it opens"):
        library(WINDOW, window)


# ------------------------------------------------------------------- what is read
def test_the_words_are_in_two_languages():
    title = pack_of("lending-library").title

    assert (title.text("zh-hans"), title.text("en")) == (
        "借阅图书馆",
        "Lending library",
    )
    assert str(title) == "借阅图书馆"


def test_a_citation_names_the_paper():
    pack = pack_of("lending-library")
    second = pack.parameters["mend.hours"].values[1].source

    assert str(second) == f"{RULES} 第二版 2020-11-10 第七条"
    assert str(pack.parameters["stamp"].values[0].source) == RULES


@pytest.mark.parametrize(
    ("day", "value"),
    [
        (dt.date(2020, 1, 1), 48),
        (dt.date(2020, 11, 14), 48),
        (dt.date(2020, 11, 15), 24),
        (dt.date(2030, 1, 1), 24),
    ],
)
def test_a_parameter_has_the_value_of_its_day(day, value):
    assert pack_of("lending-library").value("mend.hours", day) == value


def test_a_parameter_has_no_value_before_its_first_day():
    with pytest.raises(Refusal) as refusal:
        pack_of("lending-library").value("mend.hours", dt.date(2019, 12, 31))

    assert refusal.value.kind is NOT_YET_IN_FORCE
    assert "2020-01-01" in refusal.value.sentence


def test_deadlines_follow_severity_and_day():
    pack = pack_of("lending-library")
    raised = dt.datetime(2020, 11, 14, 9, 30, tzinfo=dt.UTC)
    hours = {
        (severity, day): (pack.deadline(severity, raised, day) - raised)
        // dt.timedelta(hours=1)
        for severity in ("minor", "major")
        for day in (dt.date(2020, 11, 14), dt.date(2020, 11, 15))
    }

    assert list(hours.values()) == [48, 24, 12, 12]


@pytest.mark.parametrize(
    ("time", "moment"),
    [
        ("00:00", "2020-10-31T16:00:00+00:00"),
        ("17:30", "2020-11-01T09:30:00+00:00"),
        ("24:00", "2020-11-01T16:00:00+00:00"),
        (Named("desk.closes"), "2020-11-01T10:00:00+00:00"),
    ],
)
def test_times_of_day_are_shanghai_times(time, moment):
    assert pack_of("lending-library").moment(time, NOV).isoformat() == moment


def test_pieces_are_found_by_their_codes():
    pack = pack_of("lending-library")

    assert pack.form("reminder").subject == "book"
    assert pack.form("poem") is None
    assert pack.form("reminder").question("said").most == 20
    assert pack.form("reminder").question("sung") is None
    assert pack.form("reminder").question("why").choice("away").en == "Away"
    assert pack.clause("remind").roles == (Role.GRID_WORKER,)
    assert pack.clause("sing") is None
    assert pack.kind("shelf").key is True
    assert pack.kind("reading_desk").key is False
    assert pack.kind("novel") is None
    assert pack.kinds_of("furniture") == {"shelf", "reading_desk"}


def test_indicators_have_their_sources():
    [layout] = pack_of("lending-library").layouts.values()

    assert [one.source for one in layout.indicators] == [
        Places(Standing.OPEN, frozenset({"shelf"})),
        Tally("observation.shelf_reading", frozenset({"shelf", "reading_desk"})),
        Findings(Problems.OPEN, "major"),
        Sum(("shelves",), ("torn",)),
        Returns(Units.RECEIVED),
    ]
    assert layout.indicator("read").of == "shelves"
    assert layout.indicator("sung") is None


def test_a_text_is_filled():
    text = pack_of("lending-library").texts["overdue"]
    values = {"title": "Atlas {days}", "days": "3"}

    assert text.fill("en", values) == "“Atlas {days}” is 3 days overdue."
    assert text.fill("zh-hans", values) == "《Atlas {days}》已逾期3天。"


def test_a_gap_that_nothing_fills_is_refused():
    with pytest.raises(Refusal) as refusal:
        pack_of("lending-library").texts["overdue"].fill("en", {"title": "Atlas"})

    assert refusal.value.kind is GAP_NOT_FILLED
    assert "days" in refusal.value.sentence


# ----------------------------------------------------------------- the routine pack
ROUTINE_FORMS = {
    *("patrol", "six_haves", "five_haves", "disinfection", "station_hotel"),
    *("care_home", "food_papers", "venue_code", "self_check", "look_back"),
    *("daily_report", "closed_check", "rectification"),
    *("joint_civil_affairs", "joint_housing", "joint_health"),
    *("joint_emergency", "joint_fire", "joint_market"),
}


def test_routine_has_its_forms_kinds_and_returns():
    pack = pack_of("routine")

    assert set(pack.forms) == ROUTINE_FORMS
    assert len(pack.kinds) == 23
    assert pack.kinds_of("medical") == {"hospital", "clinic", "pharmacy"}
    assert set(pack.layouts) == {"daily"}
    assert pack.layouts["daily"].nothing == ("findings_raised",)


def test_the_six_departments_have_a_section_each():
    sections = {one.department: code for code, one in pack_of("routine").forms.items()}
    del sections[""]

    assert sections == {
        "civil_affairs": "joint_civil_affairs",
        "housing": "joint_housing",
        "health": "joint_health",
        "emergency": "joint_emergency",
        "fire": "joint_fire",
        "market": "joint_market",
    }


def test_routine_gives_each_severity_its_hours():
    pack, raised = pack_of("routine"), dt.datetime(2020, 11, 9, tzinfo=dt.UTC)
    hours = [
        (pack.deadline(one.code, raised, NOV) - raised) // dt.timedelta(hours=1)
        for one in pack.severities
    ]

    assert [one.code for one in pack.severities] == ["minor", "major", "grave"]
    assert hours == [72, 24, 4]


def test_routine_returns_are_cut_off_at_five_and_frozen_at_midnight():
    pack = pack_of("routine")
    times = {
        code: (pack.time(one.cut_off, NOV), pack.time(one.freeze, NOV))
        for code, one in pack.layouts.items()
    }

    assert times == {"daily": ("17:00", "24:00")}


@pytest.mark.parametrize("name", ["routine", "lending-library"])
def test_every_clause_has_a_paper_and_somebody_who_owes_it(name):
    clauses = pack_of(name).clauses

    assert clauses
    for clause in clauses:
        assert clause.source.gist.zh
        assert clause.source.gist.en
        assert clause.roles


@pytest.mark.parametrize("code", sorted(ROUTINE_FORMS - {"look_back", "rectification"}))
def test_every_form_of_a_visit_or_return_is_about_a_place_or_an_area(code):
    assert pack_of("routine").forms[code].subject in {"place", "area"}


@pytest.mark.parametrize("name", ["routine", "covid19-cn"])
def test_whoever_goes_to_a_place_may_take_photos(name):
    pack = pack_of(name)
    at_places = [
        one.form
        for one in pack.clauses
        if (one.subject == "place" or "place" in (one.kinds or ()))
        and Role.VENUE_MANAGER not in one.roles
    ]

    assert at_places
    for form in at_places:
        types = [asked.type for asked in pack.forms[form].questions]
        assert types.count("photo") == 1, form
