"""Pages of exports: two people, a marked sheet, nothing of it kept."""

import datetime as dt
import io
import zipfile
from uuid import UUID

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from fangxian.mechanisms.ledger.exports import actions as exports
from fangxian.mechanisms.ledger.models import Export, Opening
from fangxian.mechanisms.ledger.states import ExportForm
from tests.unit.mechanisms.ledger.people.folk import (
    NAME,
    NUMBER,
    TELEPHONE,
    number,
    register,
)
from tests.worlds import NOON


ID = "016f5e66-e800-7f14-a22f-058ac96559a8"
RECIPIENT = "二七区疾控中心 周医生"
WHY = "集中隔离点入住登记"


@pytest.fixture
def people(browse, world):
    """Two of the first community; the second one's name would calculate."""
    del browse
    odd = register(world, "grid", name="=cmd李秋", number=number(418)).person
    return [register(world).person, odd]


@pytest.fixture
def export(people, world):
    """What Alice asked for."""
    return exports.request_export(
        id=UUID(ID),
        people=people,
        form=ExportForm.ROWS,
        recipient=RECIPIENT,
        why=WHY,
        by=world.actor("alice"),
        at=NOON,
    )


def text(answer):
    return answer.content.decode()


def ask(client, people, **said):
    said = {
        "id": ID,
        "person": [str(one) for one in people],
        "form": "rows",
        "purpose": "notice",
        "recipient": RECIPIENT,
        "why": WHY,
        **said,
    }
    return client.post(reverse("people_exports_new"), said)


def sheet(answer):
    """The rows of an answer's sheet, as texts."""
    [name] = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).sheet_names
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return book.get_sheet_by_name(name).to_python()


def test_people_are_chosen_asked_for_approved_and_sent_marked(browse, people):
    alice, bob = browse("alice"), browse("bob")
    chosen = {"person": [str(one) for one in people], "form": "rows"}
    shown = text(alice.get(reverse("people_exports_new"), chosen))
    assert "王*明" in shown
    assert NUMBER not in shown
    answer = ask(alice, people)
    assert answer.url == reverse("people_export", args=[ID])
    assert RECIPIENT in text(bob.get(reverse("people_exports")))
    bob.post(reverse("people_export_approve", args=[ID]))

    sent = alice.post(reverse("people_export_open", args=[ID]))

    mark, headings, *rows = sheet(sent)
    assert RECIPIENT in mark[0]
    assert headings[1] == "Name of the person"
    assert [(row[1], row[3], row[4]) for row in rows] == [
        (NAME, NUMBER, TELEPHONE),
        ("'=cmd李秋", number(418), TELEPHONE),
    ]
    assert [row[-1] for row in rows] == [mark[0], mark[0]]
    assert "艾*丝" in mark[0]
    assert "鲍*" in mark[0]
    assert sent["Content-Disposition"] == 'attachment; filename="people-c96559a8.xlsx"'
    assert "no-store" in sent["Cache-Control"]
    assert Opening.objects.filter(export=ID).count() == 2


def test_every_page_and_the_properties_bear_the_mark(browse, export):
    browse("bob").post(reverse("people_export_approve", args=[export]))

    sent = browse("alice").post(reverse("people_export_open", args=[export]))

    inside = zipfile.ZipFile(io.BytesIO(sent.content))
    printed = inside.read("xl/worksheets/sheet1.xml").decode()
    for element in ("oddHeader", "oddFooter"):
        said = printed.split(f"<{element}>")[1].split(f"</{element}>")[0]
        assert RECIPIENT in said
    assert RECIPIENT in inside.read("docProps/core.xml").decode()


def test_who_asked_neither_approves_nor_opens_alone(browse, export):
    alice = browse("alice")

    approved = alice.post(reverse("people_export_approve", args=[export]))
    opened = alice.post(reverse("people_export_open", args=[export]))

    assert (approved.status_code, opened.status_code) == (409, 409)
    assert "does not decide on it" in text(approved)
    assert "Nobody has approved this export" in text(opened)
    assert NUMBER not in text(opened)
    assert Opening.objects.count() == 0


def test_the_second_person_sees_masked_people_and_does_not_open(browse, export):
    bob = browse("bob")
    url = reverse("people_export", args=[export])

    shown = text(bob.get(url))
    assert "王*明" in shown
    assert WHY in shown
    assert [one for one in (NAME, NUMBER, TELEPHONE) if one in shown] == []
    bob.post(reverse("people_export_approve", args=[export]))
    opened = bob.post(reverse("people_export_open", args=[export]))
    assert opened.status_code == 409
    assert Opening.objects.count() == 0


def test_a_refusal_has_a_reason_that_who_asked_reads(browse, export):
    url = reverse("people_export_refuse", args=[export])

    assert browse("bob").post(url, {"reason": ""}).status_code == 422
    browse("bob").post(url, {"reason": "改为派发任务"})

    shown = text(browse("alice").get(reverse("people_export", args=[export])))
    assert "改为派发任务" in shown
    again = browse("bob").post(url, {"reason": "再说一遍"})
    assert again.status_code == 409


def test_who_asked_takes_it_back_on_its_page(browse, export):
    page, withdraw = (
        reverse(name, args=[export])
        for name in ("people_export", "people_export_withdraw")
    )
    alice, bob = browse("alice"), browse("bob")
    assert withdraw in text(alice.get(page))
    assert withdraw not in text(bob.get(page))
    assert bob.post(withdraw).status_code == 409

    told = text(alice.post(withdraw, follow=True))

    assert "It is withdrawn" in told
    assert withdraw not in told
    approve = reverse("people_export_approve", args=[export])
    assert approve not in text(bob.get(page))
    assert bob.post(approve).status_code == 409
    assert "withdrawn" in text(alice.get(reverse("people_exports")))


def test_what_nobody_decided_on_for_a_day_says_so_before_the_job_does(browse, export):
    Export.objects.update(requested_at=NOON - dt.timedelta(days=1))
    page = reverse("people_export", args=[export])

    for who in ("alice", "bob"):
        shown = text(browse(who).get(page))
        assert "lapsed, nobody decided" in shown
        for act in ("approve", "refuse", "withdraw"):
            assert f"{page}{act}/" not in shown


def test_after_a_day_it_does_not_open(browse, export, world):
    a_day_ago = NOON - dt.timedelta(days=1)
    exports.approve_export(export, by=world.actor("bob"), at=a_day_ago)
    alice = browse("alice")

    answer = alice.post(reverse("people_export_open", args=[export]))

    assert answer.status_code == 409
    assert "for 24 hours after it was approved" in text(answer)
    assert "Make the file" not in text(
        alice.get(reverse("people_export", args=[export]))
    )


@pytest.mark.parametrize(
    "who", ["charlie", "community", "community_next_door", "district"]
)
def test_strangers_find_no_export(browse, export, world, who):
    """The community does not reach everybody in it once one lives elsewhere."""
    other = register(world, "second_community", number=number(430)).person
    exports.request_export(
        id=UUID(int=9),
        people=[other],
        form=ExportForm.ROWS,
        recipient=RECIPIENT,
        why=WHY,
        by=world.actor("alice"),
        at=NOON,
    )
    hidden = UUID(int=9) if who == "community" else export
    url = reverse("people_export", args=[hidden])
    assert RECIPIENT in text(browse("alice").get(url))

    assert browse(who).get(url).status_code == 404
    posted = browse(who).post(reverse("people_export_approve", args=[hidden]))
    assert posted.status_code == 404
    assert Export.objects.filter(state="requested").count() == 2


def test_who_is_out_of_scope_cannot_be_asked_for(browse, people):
    answer = ask(browse("charlie"), people)

    assert answer.status_code == 404
    assert Export.objects.count() == 0


def test_more_than_fifty_are_refused_with_a_remedy(browse, world):
    many = [register(world, number=number(100 + n)).person for n in range(51)]

    answer = ask(browse("alice"), many)

    assert answer.status_code == 409
    assert "a file holds 50 at most" in text(answer)
    assert RECIPIENT in text(answer)  # what was typed stays
    assert Export.objects.count() == 0


def test_a_street_reads_one_person_with_a_second_on_the_screen(browse, people):
    alice = browse("alice")
    page = text(alice.get(reverse("person", args=[people[0]])))
    assert f"form=screen&amp;person={people[0]}" in page
    asked = ask(alice, people[:1], form="screen", purpose="contact")
    browse("community").post(reverse("people_export_approve", args=[ID]))

    read = alice.post(reverse("people_export_open", args=[ID]))

    assert asked.status_code == 302
    assert NAME in text(read)
    assert NUMBER in text(read)
    opening = Opening.objects.get()
    assert (opening.purpose, opening.second is not None) == ("contact", True)


def test_overseers_see_that_it_happened_and_not_who(browse, export):
    seen = browse("supervision")

    assert RECIPIENT in text(seen.get(reverse("people_exports")))
    one = text(seen.get(reverse("people_export", args=[export])))
    assert RECIPIENT in one
    assert [said for said in ("王*明", WHY) if said in one] == []


def test_an_auditor_who_is_asked_to_agree_sees_masked_whom_it_is_about(browse, people):
    ask(browse("alice"), people[:1], form="screen", purpose="contact")
    auditor = browse("auditor")

    assert "Waits for your word" in text(auditor.get(reverse("people_exports")))
    assert "王*明" in text(auditor.get(reverse("people_export", args=[ID])))
    auditor.post(reverse("people_export_approve", args=[ID]))
    assert "王*明" not in text(auditor.get(reverse("people_export", args=[ID])))


def test_what_waits_is_counted_beside_the_section(browse, export):
    del export

    def waiting(who):
        sections = browse(who).get(reverse("people_exports")).context["frame"].sections
        [ledger] = [one for one in sections[0] if one.section.url == "places"]
        return ledger.waiting

    assert (waiting("bob"), waiting("alice"), waiting("charlie")) == (1, 0, 0)
