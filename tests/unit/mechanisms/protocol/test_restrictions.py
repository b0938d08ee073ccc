"""Rules about restrictions: what is refused, what they reach, and when they end."""

import datetime as dt
import re

import pytest

from fangxian.kernel.conditions import Type, parse
from fangxian.kernel.moments import at_time, start_of
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.protocol.evidence import wrong_facts
from fangxian.mechanisms.protocol.monotony import Harm, harms, models
from fangxian.mechanisms.protocol.packs import read_pack
from fangxian.mechanisms.protocol.reading import PACK_WRONG
from fangxian.mechanisms.protocol.restrictions import (
    NOTICE_GAPS,
    Lasting,
    risk_of,
)
from fangxian.mechanisms.protocol.vocabulary import (
    DERIVED,
    SEEN_AT,
    STATED,
    WORDS,
    Ending,
    Kind,
)
from tests.packs import pack_of
from tests.unit.mechanisms.restriction.restricting import (
    AT_VENUE,
    POSITIVE,
    STAYED,
    content,
)


EDITION_7 = pack_of("covid19-cn")


def refused(change, what):
    with pytest.raises(Refusal) as refusal:
        read_pack(change)
    assert refusal.value.kind is PACK_WRONG
    assert what in refusal.value.sentence


# -------------------------------------------------------------------- the language
def test_the_vocabulary_is_closed():
    assert set(WORDS) == {
        *("lab.result", "lab.sampled_on", "lab.grade"),
        *("visit.on", "visit.minutes", "visit.presence", "visit.grade"),
        *("exposure.confirmed", "exposure.from_on", "exposure.to_on"),
        *("exposure.grade", "contact.type", "contact.last_on", "contact.grade"),
        *("stay.risk", "stay.abroad", "stay.entered_on", "stay.left_on"),
        *("stay.grade", "age"),
    }
    assert set(STATED) & set(DERIVED) == set()
    assert set(SEEN_AT) == {f"{kind}.seen_at" for kind in Kind}


def test_no_word_takes_free_text():
    assert all(word.values for word in WORDS.values() if word.type is Type.TEXT)
    assert not any(word.type is Type.TEXTS for word in WORDS.values())


@pytest.mark.parametrize(
    ("kind", "facts", "wrong"),
    [
        (Kind.STAY, {"stay.area": "120116.hangu"}, []),
        (Kind.STAY, {"stay.area": "120116.hangu.yi"}, []),
        (Kind.STAY, {"stay.area": "汉沽街"}, ["stay.area"]),
        (Kind.STAY, {"stay.area": "12011"}, ["stay.area"]),
        (Kind.STAY, {"stay.area": 120_116}, ["stay.area"]),
        (Kind.LAB, {"stay.area": "120116"}, ["stay.area"]),
        (Kind.LAB, {"lab.result": "positive", "lab.sampled_on": "2020-11-08"}, []),
        (Kind.LAB, {"lab.result": "doubtful"}, ["lab.result"]),
        (Kind.LAB, {"lab.sampled_on": "2020-11-31"}, ["lab.sampled_on"]),
        (Kind.LAB, {"contact.type": "close"}, ["contact.type"]),
        (Kind.LAB, {"lab.grade": "A"}, ["lab.grade"]),
        (Kind.LAB, {"age": 0}, ["age"]),
        (Kind.LAB, {}, [Kind.LAB]),
        (Kind.VISIT, {"visit.minutes": 0}, []),
        (Kind.VISIT, {"visit.minutes": 100_000}, []),
        (Kind.VISIT, {"visit.minutes": -1}, ["visit.minutes"]),
        (Kind.VISIT, {"visit.minutes": 100_001}, ["visit.minutes"]),
        (Kind.VISIT, {"visit.minutes": True}, ["visit.minutes"]),
    ],
)
def test_evidence_states_words_of_its_kind(kind, facts, wrong):
    assert list(wrong_facts(kind, facts)) == wrong


# ------------------------------------------------------------------- what is refused
def test_the_three_rules_of_the_tests_are_fair():
    assert set(read_pack(content(STAYED, AT_VENUE, POSITIVE)).restrictions) == {
        "stayed",
        "at_venue",
        "positive",
    }


MISTAKES = [
    ({"needs": ["list"]}, "there is no kind list"),
    ({"needs": ["stay", "lab"]}, "the rule needs lab but asks nothing of it"),
    ({"when": {"==": [{"fact": "lab.result"}, "positive"]}}, "needs stay but asks"),
    (
        {"when": {"and": [{"fact": "stay.abroad"}, {"exists": "lab.result"}]}},
        "the rule reads evidence that it does not need",
    ),
    ({"when": {"==": [{"fact": "stay.grade"}, "A"]}}, "needs stay but asks nothing"),
    ({"when": True}, "needs stay but asks nothing"),
    ({"when": {"==": [{"fact": "stay.risk"}, "red"]}}, "stay.risk is never red"),
    ({"when": {"in": [{"fact": "stay.risk"}, ["red"]]}}, "stay.risk is never red"),
    (
        {"when": {"not": {"==": ["red", {"fact": "stay.risk"}]}}},
        "stay.risk is never red",
    ),
    ({"when": {"==": [{"fact": "stay.risk"}, "medium"]}}, "medium restricts"),
    ({"when": {"not": {"fact": "stay.abroad"}}}, "False restricts where True does not"),
    ({"when": {"exists": "stay.left_on"}, "anchor": "lab.sampled_on"}, "no anchor"),
    ({"anchor": "stay.risk"}, "there is no anchor in the evidence needed stay.risk"),
    ({"anchor": "lab.seen_at"}, "there is no anchor in the evidence needed"),
    ({"lasts": {"hours": 24}}, "days is missing"),
    ({"lasts": {"days": 0}}, "0 is out of bounds"),
    ({"lasts": {"days": 14, "after": 15}}, "15 is out of bounds"),
    ({"lasts": {"days": 7, "after": 0}}, "0 is out of bounds"),
    ({"anchor": "stay.seen_at", "lasts": {"days": 1}}, "hours is missing"),
    ({"anchor": "stay.seen_at", "lasts": {"hours": 337}}, "337 is out of bounds"),
    ({"measure": "red_code"}, "there is no measure red_code"),
    ({"valid_until": "2020-01-01"}, "the rule ends before it begins"),
    ({"name": "x"}, "name is not known here"),
]


@pytest.mark.parametrize(("change", "what"), MISTAKES, ids=str)
def test_a_rule_that_could_be_unfair_is_not_read(change, what):
    refused(content({**STAYED, **change}), what)


@pytest.mark.parametrize(
    ("anchor", "lasts"),
    [
        ("stay.seen_at", {"hours": 1}),
        ("stay.seen_at", {"hours": 336}),
        ("stay.left_on", {"days": 1}),
        ("stay.left_on", {"days": 14}),
        ("stay.left_on", {"days": 1, "after": 1}),
        ("stay.left_on", {"days": 14, "after": 14}),
    ],
)
def test_the_shortest_and_the_longest_rules_are_read(anchor, lasts):
    [one] = read_pack(
        content({**STAYED, "anchor": anchor, "lasts": lasts})
    ).restrictions.values()

    assert one.lasts == Lasting(**lasts)


def test_a_rule_that_reads_too_much_is_not_read():
    everything = {
        "or": [
            {"exists": fact}
            for fact, word in WORDS.items()
            if word.type is Type.DAY or word.values
        ]
    }
    greedy = {
        **STAYED,
        "needs": [kind.value for kind in Kind],
        "when": everything,
        "anchor": "visit.on",
    }

    refused(content(greedy), "reads too much")


def test_a_rule_needs_words_for_its_evidence_and_for_every_end():
    for code in ("evidence_stay", *(f"ended_{ending}" for ending in Ending)):
        changed = content(STAYED)
        changed["texts"] = [one for one in changed["texts"] if one["text"] != code]
        refused(changed, f"there is no text {code}")


def test_a_notice_has_no_gap_for_a_name():
    assert not NOTICE_GAPS & {"name", "number", "telephone", "address", "person"}
    changed = content(STAYED)
    [one] = [one for one in changed["texts"] if one["text"] == "release_notice"]
    one["gaps"] = ["name"]
    one["body"] = {"zh": "{name}", "en": "{name}"}

    refused(changed, "a notice cannot fill the gap name")


def test_a_risk_area_is_a_code():
    changed = content(STAYED)
    changed["risks"][0]["area"] = "汉沽街"

    refused(changed, "汉沽街 is not an area")


def test_a_list_looks_back_thirty_days_at_most():
    changed = content(STAYED)
    changed["risks"][0]["look_back"] = 30
    assert read_pack(changed).risks[0].look_back == 30

    changed["risks"][0]["look_back"] = 31

    refused(changed, "31 is out of bounds")


# ----------------------------------------------------------------------- monotony
@pytest.mark.parametrize(
    ("when", "found"),
    [
        ({"==": [{"fact": "lab.result"}, "positive"]}, None),
        (
            {"==": [{"fact": "lab.result"}, "negative"]},
            Harm("lab.result", "negative", "inconclusive"),
        ),
        ({">=": [{"fact": "visit.minutes"}, 10]}, None),
        ({"<=": [{"fact": "visit.minutes"}, 10]}, Harm("visit.minutes", 10, 11)),
        ({"<=": [{"fact": "age"}, 48]}, None),
        ({">": [{"fact": "age"}, 48]}, Harm("age", 49, 48)),
        ({"==": [{"fact": "visit.minutes"}, 10]}, Harm("visit.minutes", 10, 11)),
        ({"<": [{"fact": "visit.minutes"}, {"fact": "age"}]}, Harm("age", 1, 0)),
        ({"==": [{"fact": "visit.grade"}, "A"]}, None),
        ({"==": [{"fact": "visit.grade"}, "B"]}, Harm("visit.grade", "B", "A")),
        ({"not": {"exists": "visit.on"}}, Harm("visit.on", None, "2020-01-01")),
        ({">=": [{"fact": "visit.on"}, "2020-11-01"]}, None),
        ({"<=": [{"fact": "visit.on"}, {"fact": "exposure.to_on"}]}, None),
    ],
    ids=str,
)
def test_small_models_find_where_better_evidence_harms(when, found):
    harm = next(harms(parse(when)), None)

    assert harm == found


def test_models_are_counted_before_they_are_tried():
    when = parse(
        {
            "and": [
                {"fact": "exposure.confirmed"},  # unknown, no, yes
                {">=": [{"fact": "visit.on"}, "2020-11-01"]},  # unknown and six days
                {">=": [{"fact": "visit.minutes"}, 10]},  # unknown and three numbers
            ]
        }
    )

    assert models(when) == 3 * 7 * 4


# --------------------------------------------------------------------------- ends
DAY_0 = dt.date(2020, 11, 10)


@pytest.mark.parametrize(
    ("lasting", "begins", "ends"),
    [
        (Lasting(days=14), "2020-11-10", "2020-11-25"),
        (Lasting(days=1), "2020-11-10", "2020-11-12"),
        (Lasting(days=7, after=14), "2020-11-25", "2020-12-02"),
    ],
)
def test_n_days_end_at_24_00_of_day_n(lasting, begins, ends):
    assert lasting.begins(DAY_0) == start_of(dt.date.fromisoformat(begins))
    assert lasting.ends(DAY_0) == start_of(dt.date.fromisoformat(ends))


def test_n_hours_end_to_the_second():
    moment = at_time(DAY_0, dt.time(13, 14, 15))

    assert Lasting(hours=24).begins(moment) == moment
    assert Lasting(hours=24).ends(moment) == moment + dt.timedelta(hours=24)


# --------------------------------------------------------------------- risk areas
@pytest.mark.parametrize(
    ("area", "on", "risk"),
    [
        ("120116.hangu", "2020-11-09", "medium"),
        ("120116.hangu", "2020-10-26", "medium"),  # fourteen days before
        ("120116.hangu", "2020-10-25", "low"),
        ("120116.hangu.somewhere", "2020-11-09", "medium"),
        ("120116.hangux", "2020-11-09", "low"),
        ("120116", "2020-11-09", "low"),
        ("310115.zhuqiao.yingqian", "2020-11-23", "medium"),
        ("310115.zhuqiao.yingqian", "2020-11-24", "low"),  # taken off the list
        ("120116.dongjiang.kanhaixuan", "2020-11-20", "high"),
        ("410103", "2020-11-09", "low"),
    ],
)
def test_the_risk_of_an_area_is_that_of_its_list_on_the_day(area, on, risk):
    assert risk_of(EDITION_7.risks, area, dt.date.fromisoformat(on)) == risk


def test_the_real_areas_are_few_cited_and_marked():
    assert 0 < len(EDITION_7.risks) <= 10
    for one in EDITION_7.risks:
        assert one.source.title
        assert one.source.on
        assert one.overlay


def test_what_is_not_the_editions_own_says_so():
    marked = {code for code, one in EDITION_7.restrictions.items() if one.overlay}

    assert marked == {
        "after_central_observation",
        "stayed_at_high_risk",
        "stayed_at_medium_risk",
    }
    for code, one in EDITION_7.restrictions.items():
        own = "第七版" in one.source.title
        assert own is (code not in marked)


def test_no_rule_of_the_edition_lasts_longer_than_fourteen_days():
    for one in EDITION_7.restrictions.values():
        begins, ends = one.lasts.begins(DAY_0), one.lasts.ends(DAY_0)
        assert dt.timedelta(0) < ends - begins <= dt.timedelta(days=15)
        assert re.fullmatch(r"[a-z_]+", one.code)
