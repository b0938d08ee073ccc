"""Pages of people: found masked, read one at a time and written down, settled, housed."""

from uuid import UUID

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadhandler import MemoryFileUploadHandler, load_handler
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fangxian.interfaces.imports.people import open_list, take_people
from fangxian.kernel.actors import SYSTEM
from fangxian.mechanisms.ledger.exports import actions as exports
from fangxian.mechanisms.ledger.models import Opening, Person, Proxy, Residence
from fangxian.mechanisms.ledger.people import actions, queries
from fangxian.mechanisms.ledger.states import ExportForm
from fangxian.mechanisms.task.actions import IssueRequest, issue
from tests.unit.mechanisms.ledger.people.folk import (
    NAME,
    NUMBER,
    TELEPHONE,
    number,
    register,
    without_paper,
)
from tests.worlds import NOON


MASKED = "王*明"


@pytest.fixture
def person(browse, world):
    """Wang Xiaoming, in the first community; the rehearsal has begun."""
    del browse
    return register(world).person


def text(answer):
    return answer.content.decode()


def in_clear(answer):
    """What of a person stands in an answer that should be masked."""
    return [said for said in (NAME, NUMBER, TELEPHONE) if said in text(answer)]


def typed(**said):
    """What somebody types into the form that registers a person."""
    return {
        "id": "016f5e66-e800-7f14-a22f-058ac96559a8",
        "name": "李秋",
        "paper": "citizen",
        "number": number(418),
        "telephone": "10012345679",
        **said,
    }


# ---------------------------------------------------------------------- the list
@pytest.mark.parametrize(
    "asked", ["小明", "xiaoming", "wxm", "王小明 5678", NUMBER, TELEPHONE]
)
def test_somebody_is_found_by_what_is_known_and_shown_masked(browse, person, asked):
    found = browse("alice").post(reverse("people_search"), {"q": asked})

    assert str(person) in text(found)
    assert MASKED in text(found)
    assert [one for one in in_clear(found) if one not in asked] == []


def test_nobody_is_found_next_door(browse, person):
    found = browse("charlie").post(reverse("people_search"), {"q": "小明"})

    assert str(person) not in text(found)
    assert "Nobody like this in your area" in text(found)


def test_what_is_searched_for_stands_in_no_address(browse, person):
    del person
    alice = browse("alice")

    assert 'method="post" action="/people/find/"' in text(alice.get(reverse("people")))
    assert alice.get(reverse("people_search")).status_code == 302
    ignored = alice.get(reverse("people"), {"q": "nobody of this name"})
    assert MASKED in text(ignored)


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_costs_the_same_however_long(
    browse, world, many, django_assert_num_queries
):
    alice = browse("alice")
    alice.get(reverse("people"))
    for serial in range(many):
        register(world, "grid", number=number(500 + serial))

    with django_assert_num_queries(20):
        shown = alice.get(reverse("people"))
    assert text(shown).count(MASKED) == 2 * many  # the name, and what a tick says


def test_long_lists_go_on_for_searches_too(browse, world):
    alice = browse("alice")
    for serial in range(51):
        register(world, number=number(100 + serial))

    first = alice.get(reverse("people"))
    assert "51 people" in text(first)
    after = first.context["after"]
    assert len(alice.get(reverse("people"), {"after": after}).context["rows"]) == 1
    found = alice.post(reverse("people_search"), {"q": "小明"})
    said = {"q": "小明", "after": found.context["after"]}
    assert len(alice.post(reverse("people_search"), said).context["rows"]) == 1


@pytest.mark.parametrize("who", ["district", "supervision", "auditor", "administrator"])
def test_those_above_see_no_list(browse, person, who):
    del person
    answer = browse(who).get(reverse("people"))

    assert answer.status_code == 403
    assert MASKED not in text(answer)


# --------------------------------------------------------------------- one person
def test_the_page_of_a_person_is_masked_and_says_who_looked(browse, person, world):
    by = world.actor("community")
    why = "电话通知上门采样"
    actions.open_identity(person, purpose="contact", why=why, by=by, at=NOON)

    page = browse("alice").get(reverse("person", args=[person]))

    assert in_clear(page) == []
    assert why in text(page)
    assert "佘*记" in text(page)
    gone = browse("charlie").get(reverse("person", args=[person]))
    assert gone.status_code == 404


def test_a_community_reads_one_and_it_is_written_down_first(browse, person):
    said = {"purpose": "contact", "why": "电话通知上门采样"}

    read = browse("community").post(reverse("person_open", args=[person]), said)

    assert (NAME in text(read), NUMBER in text(read), TELEPHONE in text(read)) == (
        True,
        True,
        True,
    )
    assert "no-store" in read["Cache-Control"]
    assert Opening.objects.get().person_id == person


def test_what_nobody_knows_of_a_person_is_left_open(browse, world):
    person = without_paper(world, telephone=None).person
    said = {"purpose": "correction", "why": "核对"}

    read = text(browse("community").post(reverse("person_open", args=[person]), said))

    assert "证件未带" in read
    assert ">None<" not in read


def test_without_a_reason_nothing_is_read(browse, person):
    said = {"purpose": "contact", "why": ""}

    read = browse("community").post(reverse("person_open", args=[person]), said)

    assert read.status_code == 422
    assert in_clear(read) == []
    assert Opening.objects.count() == 0


def test_a_grid_worker_reads_for_a_duty_of_theirs_only(browse, world):
    by = world.actor("grid")
    person = register(world, "grid").person
    url = reverse("person_open", args=[person])
    said = {"purpose": "contact", "why": "上门核实"}
    assert browse("grid").post(url, said).status_code == 409
    elsewhere = _duty(world, "person:other", by.post)
    assert browse("grid").post(url, {**said, "task": elsewhere}).status_code == 422
    of_others = _duty(world, f"person:{person}", world.posts["community"])
    assert browse("grid").post(url, {**said, "task": of_others}).status_code == 422
    assert Opening.objects.count() == 0

    mine = _duty(world, f"person:{person}", by.post)
    read = browse("grid").post(url, {**said, "task": mine})

    assert NAME in text(read)
    assert Opening.objects.get().task == mine


def _duty(world, subject, post):
    request = IssueRequest(
        key=f"{subject} {post}",
        duty="arrival_visit",
        form="arrival_visit",
        subject=subject,
        kind="",
        area=world["grid"],
        post=post,
        opens_at=NOON,
        due_at=NOON,
        closes_at=NOON,
        ladder=(),
        decision={},
    )
    return issue(request, by=SYSTEM, at=NOON).pk


# ------------------------------------------------------------- saying who it is
def test_a_person_is_registered_once_however_often_the_form_is_sent(browse, world):
    said = typed(area=world["community"])
    alice = browse("alice")

    for _ in range(2):
        answer = alice.post(reverse("people_new"), said)

    made = Person.objects.get()
    assert answer.url == reverse("person", args=[made.pk])
    assert made.source == f"post:{world.posts['alice']}"


def test_a_wrong_number_is_refused_with_a_remedy_and_stays_in_the_form(browse, world):
    wrong = number(418)[:-1] + ("0" if number(418)[-1] != "0" else "1")
    said = typed(area=world["community"], number=wrong)

    answer = browse("alice").post(reverse("people_new"), said)

    assert answer.status_code == 409
    assert "The last sign of the number does not fit" in text(answer)
    assert "李秋" in text(answer)
    assert Person.objects.count() == 0


def test_who_lives_elsewhere_is_refused_in_words_of_a_person(browse, world):
    said = typed(area=world["next_community"])

    answer = browse("alice").post(reverse("people_new"), said)

    assert answer.status_code == 422
    assert "let those who answer there register them" in text(answer)
    assert Person.objects.count() == 0


def test_who_looks_like_somebody_known_is_told_and_not_kept_off(browse, person, world):
    del person
    said = typed(
        area=world["grid"],
        name=NAME,
        telephone=TELEPHONE,
        paper="unknown",
        no_paper_why="证件未带",
    )

    answer = browse("alice").post(reverse("people_new"), said, follow=True)

    assert "1 entry looks like the same person" in text(answer)
    assert "the same name, the same telephone" in text(answer)


def test_only_what_was_written_is_amended(browse, person):
    said = {"name": "王晓明", "paper": "citizen", "area": queries.area_of(person)}

    browse("alice").post(reverse("person_amend", args=[person]), said)

    amended = Person.objects.get()
    assert (amended.name, amended.number, amended.telephone) == (
        "王晓明",
        NUMBER,
        TELEPHONE,
    )


def test_a_telephone_can_be_taken_away(browse, person):
    said = {
        "paper": "citizen",
        "area": queries.area_of(person),
        "no_telephone": "on",
    }

    browse("alice").post(reverse("person_amend", args=[person]), said)

    assert Person.objects.get().telephone is None


def test_the_amending_page_shows_nothing_in_clear(browse, person):
    assert in_clear(browse("alice").get(reverse("person_amend", args=[person]))) == []


def test_what_was_typed_before_an_expired_session_is_kept_sealed(browse, world):
    said = typed(area=world["community"])

    client = browse("alice")
    client.get(reverse("people"))
    del client.cookies["sessionid"]
    client.post(reverse("people_new"), said)
    client.post(reverse("login"), {"login": "alice", "password": "unknown"})

    kept = "".join(str(one.get_decoded()) for one in Session.objects.all())
    assert "typed_before" in kept
    assert [word for word in (said["name"], said["number"]) if word in kept] == []
    assert client.session["typed_before"]  # until a log-in succeeds


# ----------------------------------------------------------------- doors and proxies
def test_a_door_is_written_down_and_shown_without_its_room(browse, person, world):
    alice = browse("alice")
    said = {
        "area": world["grid"],
        "building": "3号楼",
        "unit": "2单元",
        "room": "房间密号501",
        "since": "2020-11-01",
    }
    shown = alice.post(reverse("person_move_in", args=[person]), said, follow=True)

    door = Residence.objects.get().door
    assert "3号楼 2单元" in text(shown)
    for url in (
        reverse("people_doors"),
        reverse("people_door", args=[door.pk]),
        reverse("person", args=[person]),
    ):
        assert "3号楼" in text(alice.get(url))
        assert "房间密号" not in text(alice.get(url))
    assert browse("charlie").get(f"/people/doors/{door.pk}/").status_code == 404
    alice.post(reverse("person_move_out", args=[person]), {"until": "2020-11-05"})
    assert Residence.objects.get().until is not None


def test_who_lives_there_already_is_told_so(browse, person, world):
    said = {"area": world["grid"], "room": "501", "since": "2020-11-01"}
    alice = browse("alice")
    alice.post(reverse("person_move_in", args=[person]), said)

    again = alice.post(reverse("person_move_in", args=[person]), said)

    assert again.status_code == 409
    assert "lives behind this door already" in text(again)


def test_somebody_of_the_same_door_speaks_for_a_child(browse, person, world):
    alice = browse("alice")
    child = without_paper(world, name="赵子涵", telephone=None).person
    said = {"area": world["grid"], "room": "501", "since": "2020-11-01"}
    for one in (person, child):
        alice.post(reverse("person_move_in", args=[one]), said)

    named = {"proxy": str(person), "relation": "parent"}
    alice.post(reverse("person_proxy", args=[child]), named)

    assert Proxy.objects.get().proxy_id == person
    assert MASKED in text(alice.get(reverse("person", args=[child])))
    alice.post(reverse("person_proxy_release", args=[child]))
    assert Proxy.objects.get().until is not None


# -------------------------------------------------------------------- one or two
@pytest.fixture
def pair(browse, world):
    del browse
    return [without_paper(world, area).person for area in ("community", "grid")]


def test_two_that_look_like_one_are_merged_and_the_merge_is_undone(browse, pair):
    alice = browse("alice")
    one, other = pair
    assert str(one) in text(alice.get(reverse("people_alike")))
    url = reverse("person_merge", args=[one, other])
    assert "the same name, the same telephone" in text(alice.get(url))

    alice.post(url, {"evidence": "核对户口簿"})

    merged = alice.get(reverse("person", args=[one]))
    assert "part of another person" in text(merged)
    assert str(one) in text(alice.get(reverse("person", args=[other])))
    assert str(one) not in text(alice.get(reverse("people_alike")))
    alice.post(reverse("person_unmerge", args=[one]), {"reason": "同名两人"})
    assert Person.objects.filter(merged_into=None).count() == 2


def test_two_that_are_two_are_not_asked_about_again(browse, pair):
    one, other = pair
    alice = browse("alice")

    said = {"evidence": "两人同时在场", "apart": "1"}
    alice.post(reverse("person_merge", args=[one, other]), said)

    assert Person.objects.filter(merged_into=None).count() == 2
    assert str(one) not in text(alice.get(reverse("people_alike")))


def test_a_merge_needs_evidence_and_both_in_scope(browse, pair, world):
    one, other = pair
    far = without_paper(world, "next_community").person
    alice = browse("alice")

    url = reverse("person_merge", args=[one, other])
    assert alice.post(url, {"evidence": ""}).status_code == 422
    across = reverse("person_merge", args=[one, far])
    assert alice.post(across, {"evidence": "同名"}).status_code == 404
    assert Person.objects.filter(merged_into=None).count() == 3


# ------------------------------------------------------------------------ who looked
def test_overseers_see_who_looked_and_not_at_whom(browse, person, world):
    by = world.actor("community")
    why = "电话通知上门采样"
    actions.open_identity(person, purpose="contact", why=why, by=by, at=NOON)
    url = reverse("people_openings")

    seen = browse("supervision").get(url)

    assert person.hex[-8:] in text(seen)
    assert "佘*记" in text(seen)
    assert [one for one in (MASKED, why, *in_clear(seen)) if one in text(seen)] == []
    assert browse("alice").get(url).status_code == 403


# ------------------------------------------------------------- the cost of lists
def _one_more_of_each(world, serial):
    """A pair, a door, an opening, an export, a list."""
    by, at = world.actor("alice"), NOON
    one = without_paper(world, name=f"王小{serial}").person
    without_paper(world, "grid", name=f"王小{serial}")
    door = actions.register_door(area=world["grid"], room=str(serial), by=by, at=at)
    actions.move_in(one, door=door, since=NOON.date(), by=by, at=at)
    said = {"purpose": "contact", "why": "上门核实", "at": at}
    actions.open_identity(one, by=world.actor("community"), **said)
    exports.request_export(
        id=UUID(int=serial),
        people=[one],
        form=ExportForm.ROWS,
        recipient="疾控中心",
        why="复核",
        by=by,
        at=at,
    )
    content = f"姓名,所属社区\n李小{serial},福华社区\n".encode("gb18030")
    said = {"content": content, "file_name": "名单.csv", "area": world["street"]}
    take_people(open_list(content), **said, by=by, at=at)


@pytest.mark.parametrize(
    ("url", "who"),
    [
        ("people_alike", "alice"),
        ("people_doors", "alice"),
        ("people_exports", "alice"),
        ("people_exports", "bob"),
        ("people_imports", "alice"),
        ("people_openings", "supervision"),
    ],
)
def test_every_list_costs_the_same_with_one_row_and_with_three(browse, world, url, who):
    client, costs = browse(who), []
    for upto in ((1,), (2, 3)):
        for serial in upto:
            _one_more_of_each(world, serial)
        client.get(reverse(url))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse(url)).status_code == 200
        costs.append(len(asked))

    assert costs[0] == costs[1]


# -------------------------------------------------------------------------- sending
def test_a_list_that_is_being_sent_rests_in_memory(settings):
    handlers = [load_handler(name, None) for name in settings.FILE_UPLOAD_HANDLERS]

    assert [type(one) for one in handlers] == [MemoryFileUploadHandler]
