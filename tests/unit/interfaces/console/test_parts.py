"""The parts of pages: what they say, and that they say it in words too."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.utils import translation

from fangxian.interfaces.console.frame import SECTIONS
from fangxian.interfaces.console.templatetags import console
from fangxian.kernel.refusals import RefusalKind
from fangxian.mechanisms.jurisdiction import rules as jurisdiction
from tests.worlds import NOON


REPOSITORY = Path(__file__).resolve().parents[4]
SOURCE = REPOSITORY / "src" / "fangxian" / "interfaces" / "console"
MINUTE, HOUR, DAY = (
    dt.timedelta(minutes=1),
    dt.timedelta(hours=1),
    dt.timedelta(days=1),
)


def _render(text: str, **context: object) -> str:
    return Template(text).render(Context({"at": NOON, **context}))


@pytest.fixture(params=["en", "zh-hans"])
def language(request):
    with translation.override(request.param):
        yield request.param


@pytest.mark.parametrize(
    ("length", "english", "chinese"),
    [
        (7 * MINUTE + dt.timedelta(seconds=59), "7 min", "7 分"),
        (11 * HOUR + 42 * MINUTE, "11 h 42 min", "11 时 42 分"),
        (3 * DAY + 4 * HOUR + 5 * MINUTE, "3 d 4 h", "3 天 4 时"),
        (-MINUTE, "0 min", "0 分"),
    ],
)
def test_a_length_is_said_in_two_units(length, english, chinese, language):
    assert console.span(length) == (english if language == "en" else chinese)


@pytest.mark.parametrize(
    ("due", "look", "text"),
    [
        (NOON - 12 * MINUTE, "late", "逾期 12 分"),
        (NOON, "late", "逾期 0 分"),
        (NOON + 48 * MINUTE, "due", "余 48 分"),
        (NOON + 2 * HOUR, "due", "余 2 时 0 分"),
        (NOON + 2 * HOUR + MINUTE, "", "余 2 时 1 分"),
    ],
)
def test_a_deadline_is_coloured_and_worded(due, look, text):
    with translation.override("zh-hans"):
        running = console.running(due, NOON, bare=False)
        bare = console.running(due, NOON, bare=True)
    assert (running.look, running.text) == (look, text)
    assert bare.text == text.removeprefix("逾期 ")


def test_a_ladder_fills_the_steps_it_has_climbed():
    text = "{% ladder 2 words %}"
    shown = _render(text, words=["own post", "street", "district"])
    assert shown.count('<b class="h">') == 2
    assert "<span>street</span>" in shown


def test_folded_filters_say_how_many_are_set(rf, language):
    asked = rf.get("/screening/", {"risk": "high", "area": "", "page": "2", "q": "x"})
    shown = _render("{% fold %}", request=asked)

    assert ("2 chosen" if language == "en" else "已选 2 项") in shown
    assert "chip" not in _render("{% fold %}", request=rf.get("/screening/"))


def test_a_ladder_that_nobody_climbed_says_so(language):
    shown = _render("{% ladder 0 words %}", words=["own post", "street"])
    assert ("not escalated" if language == "en" else "未升级") in shown
    assert 'class="h"' not in shown


def test_one_in_a_thousand_is_seen_in_the_bar():
    shown = _render("{% coverage 1000 999 1 %}")
    widths = [float(width) for width in re.findall(r'width="([\d.]+)%" height', shown)]
    assert widths[-1] >= console.PERCENT_SEEN
    assert "url(#hatch-late)" in shown


def test_nothing_due_leaves_the_bar_empty():
    shown = _render("{% coverage 0 0 %}")
    assert "<rect" not in shown
    assert "0" in shown


def test_bands_end_inside_the_bar():
    shown = _render("{% coverage 76 66 4 6 %}")
    ends = [
        float(x) + float(width)
        for x, width in re.findall(r'x="([\d.]+)%" width="([\d.]+)%"', shown)
    ]
    assert max(ends) <= 100.01


def test_a_refusal_says_why_what_helps_and_the_code(language):
    refusal = jurisdiction.NAME_TAKEN(name="福华社区")
    shown = _render("{% refusal what %}", what=refusal)
    assert "福华社区" in shown
    assert "jurisdiction.name_taken" in shown
    assert ("You can:" if language == "en" else "可以：") in shown
    assert 'role="alert"' in shown


def test_no_refusal_leaves_no_trace():
    assert _render("{% refusal what %}", what=None).strip() == ""


def test_moments_in_refusals_are_said_in_shanghai():
    late = RefusalKind("tests.late", "Due {due}.", "Wait until {due}.")
    shown = _render("{% refusal what %}", what=late(due=NOON))
    assert "Due 11-09 12:00." in shown


def test_texts_are_escaped_everywhere():
    bad = "<b onclick=x>"
    late = RefusalKind("tests.bad", "No {what}.", "Go.")
    shown = _render(
        '{% chip "late" bad %}{% tile bad bad "" note=bad of=bad %}{% empty bad bad %}'
        '{% crumbs "" bad %}{% ladder 1 words %}{% refusal what %}',
        bad=bad,
        words=[bad],
        what=late(what=bad),
    )
    assert "<b onclick" not in shown


class _Form(forms.Form):
    name = forms.CharField(label="Name", max_length=3)
    kinds = forms.MultipleChoiceField(
        label="Kinds",
        choices=[("a", "A"), ("b", "B")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


def test_a_field_ties_its_label_help_and_error_to_its_input():
    form = _Form({"name": "too long"})
    shown = _render('{% field form.name "three at most" %}', form=form)
    assert '<label for="id_name">' in shown
    assert 'aria-describedby="id_name-help id_name-error"' in shown
    assert 'aria-invalid="true"' in shown
    assert 'value="too long"' in shown  # what was typed stays


def test_choices_stand_in_a_fieldset_with_a_legend():
    shown = _render("{% field form.kinds %}", form=_Form())
    assert "<fieldset" in shown
    assert "<legend>Kinds" in shown


def test_the_pager_keeps_the_question_and_counts(rf):
    page = Paginator(range(120), 50).get_page(2)
    request = rf.get("/places/", {"q": "tea", "page": "2"})
    with translation.override("en"):
        shown = _render("{% pager page %}", page=page, request=request)
    assert "51–100 / 120 rows" in shown
    assert 'href="?q=tea&amp;page=1"' in shown
    assert 'href="?q=tea&amp;page=3"' in shown


def test_every_icon_that_is_named_is_in_the_sprite():
    listed = {
        line
        for line in (REPOSITORY / "web/console/icons.txt").read_text().splitlines()
        if line and not line.startswith("#")
    }
    named = {section.icon for section in SECTIONS} | set(console.CHIP_ICONS.values())
    for path in SOURCE.rglob("templates/**/*.html"):
        text = path.read_text(encoding="utf-8")
        named |= set(re.findall(r'\{% icon "([a-z0-9-]+)"', text))
        named |= set(re.findall(r'icon_name="([a-z0-9-]+)"', text))
        named |= set(re.findall(r'\{% chip "[a-z]+" \S+ "([a-z0-9-]+)"', text))
    assert named - listed == set()


def test_the_sprite_holds_what_is_listed():
    listed = (REPOSITORY / "web/console/icons.txt").read_text().splitlines()
    sprite = (SOURCE / "static/console/built/icons.svg").read_text()
    drawn = re.findall(r'<symbol id="([^"]+)"', sprite)
    assert drawn == [line for line in listed if line and not line.startswith("#")]


def test_a_day_is_named_with_its_weekday(language):
    said = console.day_name(dt.date(2020, 11, 9))
    assert said == ("Nov 9, Monday" if language == "en" else "11月9日 星期一")
