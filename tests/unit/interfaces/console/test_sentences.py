"""Conditions are told in words, in both languages; code stands behind a disclosure."""

import json
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils.translation import override

from fangxian.interfaces.console.sentences import (
    Dictionary,
    sentence,
    words_of_form,
    words_of_subject,
)
from fangxian.kernel.conditions import Type, parse
from tests.examples.protocols import make
from tests.packs import pack_of


VECTORS = Path(__file__).resolve().parents[3] / "vectors" / "conditions.json"
OPEN = {"==": [{"fact": "place.standing"}, "open"]}
NO_CODE = {"!=": [{"fact": "place.venue_code"}, "in_use"]}
WORDS = Dictionary(
    names={"beds": "beds", "on": "the day", "closed": "it is shut", "who": "who"},
    types={"beds": Type.NUMBER, "on": Type.DAY, "closed": Type.YES_NO},
)


def said(tree, language="en"):
    with override(language):
        return str(sentence(parse(tree), WORDS))


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        ({"fact": "closed"}, "it is shut is yes"),
        ({"==": [{"fact": "closed"}, False]}, "it is shut is no"),
        ({">=": [{"fact": "beds"}, 30]}, "beds is at least 30"),
        ({"<": [30, {"fact": "beds"}]}, "30 is less than beds"),
        ({"<": [{"fact": "on"}, "2020-11-05"]}, "the day is before 2020-11-05"),
        ({">=": [{"fact": "on"}, "2020-11-05"]}, "the day is not before 2020-11-05"),
        ({"in": [{"fact": "beds"}, [1, 2]]}, "beds is one of: 1, 2"),
        ({"exists": "beds"}, "beds is known"),
        ({"not": {"exists": "beds"}}, "beds is not known"),
        ({"not": {"fact": "closed"}}, "not so: (it is shut is yes)"),
        (
            {"and": [{"exists": "on"}, {"or": [{"exists": "beds"}, True]}]},
            "the day is known and (beds is known or always)",
        ),
    ],
)
def test_a_condition_is_told_in_words(tree, words):
    assert said(tree) == words


def test_it_is_told_in_chinese_too():
    tree = {"and": [{">=": [{"fact": "beds"}, 30]}, {"not": {"exists": "on"}}]}

    assert said(tree, "zh-hans") == "beds不少于 30，且the day未知"


def test_what_has_no_word_stands_as_code_and_nothing_is_markup():
    assert said({"==": [{"fact": "x<y"}, "<b>"]}) == (
        '<code translate="no">x&lt;y</code> is <code translate="no">&lt;b&gt;</code>'
    )


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_condition_of_the_vectors_can_be_told(language):
    vectors = json.loads(VECTORS.read_text())
    for vector in vectors:
        if "refused" not in vector:
            assert said(vector["condition"], language)


def test_a_clause_is_told_in_the_words_of_the_house():
    words = words_of_subject(pack_of("routine"), "place")

    for language, told in (
        ("en", "the place is open and its venue code is not in use"),
        ("zh-hans", "场所为营业，且场所码不为使用中"),
    ):
        with override(language):
            assert str(sentence(parse({"and": [OPEN, NO_CODE]}), words)) == told


def test_a_question_is_told_by_the_labels_of_its_form():
    form = pack_of("routine").forms["venue_code"]

    for language, told in (
        ("en", "“How the venue code stands” is one of: Issued, In use"),
        ("zh-hans", "“场所码情况”为以下之一：已发放、使用中"),
    ):
        with override(language):
            relevant = form.question("posted").relevant
            assert str(sentence(relevant, words_of_form(form))) == told


@pytest.mark.parametrize("pack", ["routine", "covid19-cn"])
def test_no_clause_of_ours_shows_code(pack):
    """Facts and values of the shipped packs all have words."""
    loaded = pack_of(pack)
    with override("zh-hans"):
        clauses = [
            str(sentence(one.when, words_of_subject(loaded, one.subject)))
            for one in loaded.clauses
        ]
        questions = [
            str(sentence(one.relevant, words_of_form(form)))
            for form in loaded.forms.values()
            for one in form.questions
        ]

    assert [told for told in (*clauses, *questions) if "<code" in told] == []


def test_the_page_shows_the_sentence_and_the_code_behind_it(browse, world):
    made = {}
    make(world, made)

    page = browse("alice").get(reverse("protocol", args=[made["edition"]]))

    text = page.content.decode()
    assert "if the place is open" in text
    assert '<code translate="no">place.standing == open</code>' in text
    assert text.index("if the place is open") < text.index("place.standing == open")
