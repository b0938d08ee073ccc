"""Chinese unless somebody chose otherwise; every word there; nothing English left."""

import re
import subprocess
import sys

import pytest
from django.urls import reverse

from fangxian.interfaces.console.models import Account
from tools import messages


def test_chinese_is_spoken_whatever_the_browser_asks_for(client, db):
    del db
    answer = client.get(reverse("login"), headers={"Accept-Language": "en-US"})
    assert answer["Content-Language"] == "zh-hans"
    assert '<html lang="zh-CN"' in answer.content.decode()


def test_the_choice_stays_with_the_account(browse):
    client = browse("alice", "zh-hans")
    client.post(reverse("language"), {"language": "en", "next": reverse("profile")})
    assert Account.objects.get(username="alice").language == "en"
    assert "My account" in client.get(reverse("profile")).content.decode()


def test_the_choice_stays_with_the_browser_before_the_log_in(client, db):
    del db
    client.post(reverse("language"), {"language": "en", "next": "/account/login/"})
    assert '<html lang="en"' in client.get(reverse("login")).content.decode()


@pytest.mark.parametrize("language", ["fr", "", "../../etc"])
def test_an_unknown_language_changes_nothing(client, db, language):
    del db
    client.post(reverse("language"), {"language": language, "next": "/account/login/"})
    assert client.get(reverse("login"))["Content-Language"] == "zh-hans"


def test_the_choice_leads_back_only_into_the_console(client, db):
    del db
    sent = {"language": "en", "next": "https://elsewhere.example/"}
    assert client.post(reverse("language"), sent)["Location"] == "/"


def test_templates_are_read_for_words():
    found = list(
        messages.in_template(
            '{% translate "One" %}{% translate "Two" context "a" as x %}'
            "{% blocktranslate count n=n %}{{ n }} row{% plural %}{{ n }} rows"
            "{% endblocktranslate %}"
            '{% chip "none" _("Three") %}'
        )
    )
    assert found == [
        messages.Message("One"),
        messages.Message("Two", context="a"),
        messages.Message("%(n)s row", plural="%(n)s rows"),
        messages.Message("Three"),
    ]


def test_code_is_read_for_words_refusals_and_the_facts_they_carry():
    text = """
gettext("One"); _("Two"); ngettext("row", "rows", 2); pgettext("a", "Three")
X = RefusalKind(code="a.b", sentence="No {what}.", remedy="Go back.")
X(what="area"); check_reaches(what="place"); other(that="not a word")
"""
    found = [message.id for message in messages.in_python(text)]
    assert sorted(found) == [
        *("Go back.", "No {what}.", "One", "Three", "Two", "area", "place", "row"),
    ]


def test_a_lost_placeholder_is_a_fault(tmp_path, monkeypatch):
    monkeypatch.setattr(messages, "PARTS", tmp_path)
    part = tmp_path / "a.po"
    part.write_text('msgid "{a} of {b}"\nmsgstr "{a}"\n', encoding="utf-8")
    found = {messages.Message("{a} of {b}"): {"x.py"}}
    faults = list(messages.part_faults(found, messages.read_parts()))
    assert faults == ["placeholder b lost: a.po: '{a} of {b}'"]


def test_no_sentence_spells_its_facts_itself():
    """Interfaces say moments in Shanghai and the reader's language; a spec would break."""
    spelled = [one.id for one in messages.find_messages() if "{" in one.id]
    assert [text for text in spelled if re.search(r"\{\w*[:!.\[]", text)] == []


def test_two_parts_may_not_say_different_things(tmp_path, monkeypatch):
    monkeypatch.setattr(messages, "PARTS", tmp_path)
    for name, said in (("a.po", "甲"), ("b.po", "乙")):
        text = f'msgid "Name"\nmsgstr "{said}"\n'
        (tmp_path / name).write_text(text, encoding="utf-8")
    faults = list(messages.contradictions(messages.read_parts()))
    assert faults == ["contradiction: 'Name' in a.po and b.po"]


def test_the_chinese_is_complete():
    """No message without Chinese, none fuzzy, none unused, none said in two ways."""
    checked = subprocess.run(
        [sys.executable, "tools/messages.py", "check"],
        cwd=messages.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.stdout.splitlines()[:-1] == []
