import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fangxian.capabilities.inspection import actions
from fangxian.interfaces.console.findings import checklist_of
from fangxian.mechanisms.finding.models import Finding
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.ledger.queries import place_facts
from fangxian.mechanisms.observation.models import Evidence
from fangxian.mechanisms.protocol.queries import packs_in_force
from tests.unit.capabilities.daily_return.days import adopt as adopt_routine
from tests.unit.interfaces.console.inspected import (
    HOUR,
    PIXEL,
    add_place,
    found,
    id_number,
    put_right,
    typed,
    visited,
)
from tests.worlds import NOON


def text(answer):
    return answer.content.decode()


def url(name, finding):
    return reverse(name, args=[finding.pk])


# ------------------------------------------------------------------ board, scopes


def test_the_board_shows_each_finding_in_its_column(inspected, world):
    late = found(world, "旧宾馆", number=1)
    Finding.objects.filter(pk=late.pk).update(deadline_at=NOON)
    ahead = found(world, "新宾馆", number=2)
    done = put_right(world, found(world, "好宾馆", number=3))

    columns = inspected("alice").get(reverse("inspection")).context["columns"]

    shown = {
        column["name"]: [card.finding.pk for card in column["cards"]]
        for column in columns
    }
    assert shown == {
        "to_rectify": [ahead.pk],
        "overdue": [late.pk],
        "to_look_back": [done.pk],
        "sent_back": [],
    }


@pytest.mark.parametrize("name", ["inspection", "findings", "visits", "patrols"])
def test_lists_show_the_next_district_and_other_departments_nothing(
    inspected, world, name
):
    found(world, "永安宾馆")
    place = "永安宾馆"

    here = text(inspected("alice").get(reverse(name)))
    assert place in here or name == "patrols"
    assert place not in text(inspected("charlie").get(reverse(name)))
    assert place not in text(inspected("market_supervision").get(reverse(name)))


@pytest.mark.parametrize(
    "name",
    [
        "finding",
        "finding_rectify",
        "finding_look_back",
        "finding_withdraw",
    ],
)
@pytest.mark.parametrize("who", ["charlie", "market_supervision"])
def test_a_finding_out_of_scope_is_not_found(inspected, world, name, who):
    finding = found(world)

    assert inspected("alice").get(url(name, finding)).status_code == 200
    assert inspected(who).get(url(name, finding)).status_code == 404


def test_the_drawer_out_of_scope_is_not_found(inspected, world):
    finding = found(world)
    address = f"{reverse('inspection')}?finding={finding.pk}"

    assert inspected("alice").get(address).status_code == 200
    assert inspected("charlie").get(address).status_code == 404


def test_a_kind_out_of_the_department_s_reach_counts_nothing(inspected, world):
    found(world)

    answer = inspected("market_supervision").get(f"{reverse('inspection')}?kind=hotel")

    assert answer.context["flow"]["raised"] == 0
    assert answer.context["live"] == 0


@pytest.mark.parametrize("name", ["inspection", "findings", "visits"])
def test_one_row_and_three_rows_cost_the_same(inspected, world, name):
    browser = inspected("alice")
    found(world, number=1)
    browser.get(reverse(name))
    with CaptureQueriesContext(connection) as one:
        browser.get(reverse(name))
    for number in (2, 3):
        found(world, f"第{number}宾馆", number=number)
    with CaptureQueriesContext(connection) as three:
        browser.get(reverse(name))

    assert len(three) == len(one)


def test_the_list_is_narrowed_by_words_column_and_severity(inspected, world):
    finding = found(world)
    browser = inspected("alice")

    def shown(**asked):
        page = browser.get(reverse("findings"), asked)
        return [card.finding.pk for card in page.context["cards"]]

    assert shown(q="masks") == [finding.pk]
    assert shown(q=str(finding.pk)) == [finding.pk]
    assert shown(q="rats") == []
    assert shown(column="to_rectify") == [finding.pk]
    assert shown(column="overdue") == []
    assert shown(severity="grave") == []
    assert shown(state="live", about="place", area=world["street"]) == [finding.pk]
    assert shown(state="confirmed") == shown(about="restriction") == []
    assert shown(area=world["other_street"]) == []


def test_the_search_box_finds_a_finding_by_its_number(inspected, world):
    finding = found(world)
    address = f"{reverse('search')}?q={finding.pk}"

    assert url("finding", finding) in text(inspected("alice").get(address))
    assert url("finding", finding) not in text(inspected("charlie").get(address))


# ------------------------------------------------------------------ putting right


def test_putting_right_with_a_photo(inspected, world):
    finding = found(world)
    browser = inspected("alice")
    form = browser.get(url("finding_rectify", finding))

    answer = browser.post(
        url("finding_rectify", finding),
        {
            **typed(form),
            "how": "Bought masks",
            "photos": SimpleUploadedFile("a.png", PIXEL, "image/png"),
        },
    )

    assert answer.status_code == 302
    finding.refresh_from_db()
    assert (finding.state, finding.rectification) == ("rectified", "Bought masks")
    [photo] = Evidence.objects.all()
    assert photo.observation_id == finding.rectified_observation
    address = reverse("visit_photo", args=[photo.observation_id, photo.digest])
    assert browser.get(address).content == PIXEL
    assert inspected("charlie").get(address).status_code == 404


def test_a_double_submit_puts_right_once(inspected, world):
    finding = found(world)
    browser = inspected("alice")
    sent = {**typed(browser.get(url("finding_rectify", finding))), "how": "Done"}

    for _press in range(2):
        assert browser.post(url("finding_rectify", finding), sent).status_code == 302

    assert Entry.objects.filter(event="finding.rectified").count() == 1


def test_a_refused_form_keeps_what_was_typed_and_the_photo(inspected, world):
    finding = found(world)
    browser = inspected("alice")
    sent = {
        **typed(browser.get(url("finding_rectify", finding))),
        "how": "",
        "photos": SimpleUploadedFile("a.png", PIXEL, "image/png"),
    }

    refused = browser.post(url("finding_rectify", finding), sent)

    assert refused.status_code == 422
    kept = refused.context["form"]["kept"].value()
    assert len(kept) == 64
    again = {**typed(refused), "how": "Bought masks"}
    assert browser.post(url("finding_rectify", finding), again).status_code == 302
    assert Evidence.objects.get().digest == kept


def test_what_is_no_photo_is_refused_with_a_remedy(inspected, world):
    finding = found(world)
    browser = inspected("alice")
    sent = {
        **typed(browser.get(url("finding_rectify", finding))),
        "how": "Bought",
        "photos": SimpleUploadedFile("a.png", b"hello", "image/png"),
    }

    refused = browser.post(url("finding_rectify", finding), sent)

    assert refused.status_code == 422
    assert "no JPEG, PNG or WebP" in text(refused)


def test_the_later_of_two_sees_what_the_first_did(inspected, world):
    finding = found(world)
    later = inspected("bob")
    sent = {**typed(later.get(url("finding_rectify", finding))), "how": "Mine"}
    actions.put_right(
        finding.pk,
        how="Alice was faster",
        id=id_number(50),
        by=world.actor("alice"),
        at=NOON + HOUR,
    )

    answer = later.post(url("finding_rectify", finding), sent)

    assert answer.status_code == 409
    assert "Alice was faster" in text(answer)
    assert "Mine" in text(answer)
    assert [step.note for step in answer.context["changed"]] == ["Alice was faster"]


# ------------------------------------------------------------------ looking back


def test_looking_back_closes(inspected, world):
    finding = put_right(world, found(world))
    browser = inspected("grid")
    sent = {**typed(browser.get(url("finding_look_back", finding))), "passed": "yes"}

    assert browser.post(url("finding_look_back", finding), sent).status_code == 302
    finding.refresh_from_db()
    assert finding.state == "confirmed"


def test_the_items_of_the_checklist_are_ticked_and_kept_in_the_remark(inspected, world):
    finding = put_right(world, found(world, answers={"masks": True, "exits": False}))
    browser = inspected("grid")
    page = browser.get(url("finding_look_back", finding))
    offered = [name for name, _label in page.context["form"]["in_order"].field.choices]

    sent = {**typed(page), "passed": "yes", "note": "Seen.", "in_order": ["exits"]}
    assert browser.post(url("finding_look_back", finding), sent).status_code == 302

    assert offered == ["exits", "masks"]  # the finding's own item first
    [kept] = Entry.objects.filter(event="finding.confirmed")
    assert kept.payload["note"] == "Seen. In order: exits."


def test_a_number_is_an_item_only_where_it_is_the_finding_s_own(world):
    adopt_routine(world)
    [held] = packs_in_force(world["street"], NOON)

    def items(own):
        finding = Finding(item=f"patrol/{own}", edition_id=held.id)
        return [name for name, _label in checklist_of(finding)]

    assert items("disinfected")[0] == "disinfected"
    assert "staff_abnormal" not in items("disinfected")
    assert items("staff_abnormal")[0] == "staff_abnormal"
    assert set(items("staff_abnormal")) == {"staff_abnormal", *items("disinfected")}


def test_a_remark_without_room_keeps_what_the_person_wrote(inspected, world):
    finding = put_right(world, found(world))
    browser = inspected("grid")
    note = "x" * 500
    form = typed(browser.get(url("finding_look_back", finding)))

    browser.post(
        url("finding_look_back", finding),
        {**form, "passed": "no", "note": note, "in_order": ["masks"]},
    )

    finding.refresh_from_db()
    assert finding.reason == note


def test_a_problem_seen_in_passing_has_no_items(inspected, world):
    noted = actions.note_problem(
        place=add_place(world),
        text="Wires",
        severity="minor",
        by=world.actor("bob"),
        at=NOON - HOUR,
    )
    put_right(world, noted)

    page = inspected("grid").get(url("finding_look_back", noted))

    assert "in_order" not in page.context["form"].fields


def test_who_put_it_right_has_a_form_with_the_reason_and_no_button(inspected, world):
    finding = put_right(world, found(world))

    page = text(inspected("alice").get(url("finding_look_back", finding)))

    assert "finding.look_back_not_independent" in page
    assert "btn pri big" not in page
    assert "Look back (by somebody else)" in page
    assert "btn pri big" in text(
        inspected("grid").get(url("finding_look_back", finding))
    )


def test_looking_back_sends_back_with_what_remains(inspected, world):
    finding = put_right(world, found(world))
    browser = inspected("grid")
    form = typed(browser.get(url("finding_look_back", finding)))

    refused = browser.post(
        url("finding_look_back", finding), {**form, "passed": "no", "note": ""}
    )
    assert refused.status_code == 422
    sent = browser.post(
        url("finding_look_back", finding),
        {**form, "passed": "no", "note": "Two boxes only"},
    )
    assert sent.status_code == 302
    finding.refresh_from_db()
    assert (finding.state, finding.reopened, finding.reason) == (
        "open",
        1,
        "Two boxes only",
    )


def test_who_put_it_right_sees_why_not_and_who_can(inspected, world):
    finding = put_right(world, found(world))

    page = text(inspected("alice").get(url("finding", finding)))

    assert "finding.look_back_not_independent" in page
    assert "may not look back" in page
    assert "网格员" in page  # the nearest independent post
    assert url("finding_look_back", finding) not in page


def test_who_put_it_right_is_refused_even_by_a_direct_post(inspected, world):
    finding = put_right(world, found(world))
    browser = inspected("alice")
    sent = {**typed(browser.get(url("finding_look_back", finding))), "passed": "yes"}

    refused = browser.post(url("finding_look_back", finding), sent)

    assert refused.status_code == 409
    finding.refresh_from_db()
    assert finding.state == "rectified"
    assert Entry.objects.filter(event="inspection.looked_back").count() == 0


@pytest.mark.parametrize("who", ["auditor", "hospital"])
def test_who_does_not_inspect_has_no_form_to_look_back(inspected, world, who):
    finding = put_right(world, found(world))

    answer = inspected(who).get(url("finding_look_back", finding))

    assert answer.status_code == 403


# ------------------------------------------------------- withdrawing, suspending


def test_withdrawing_needs_a_reason(inspected, world):
    finding = found(world)
    browser = inspected("grid")
    form = typed(browser.get(url("finding_withdraw", finding)))

    refused = browser.post(url("finding_withdraw", finding), {**form, "reason": ""})
    assert refused.status_code == 422
    browser.post(url("finding_withdraw", finding), {**form, "reason": "Wrong shop"})
    finding.refresh_from_db()
    assert (finding.state, finding.reason) == ("withdrawn", "Wrong shop")


def test_the_district_closes_the_place_of_a_grave_finding(inspected, world):
    finding = found(world, answers={"masks": True, "exits": False})
    browser = inspected("district")
    assert url("finding_suspend", finding) in text(browser.get(url("finding", finding)))
    form = typed(browser.get(url("finding_suspend", finding)))

    browser.post(url("finding_suspend", finding), {**form, "reason": "Exit blocked"})

    place = int(finding.subject.removeprefix("place:"))
    assert place_facts(place).standing == "suspended"


def test_a_street_has_no_button_to_close_a_place(inspected, world):
    finding = found(world, answers={"masks": True, "exits": False})
    browser = inspected("alice")

    assert url("finding_suspend", finding) not in text(
        browser.get(url("finding", finding))
    )
    assert browser.get(url("finding_suspend", finding)).status_code == 403


# ------------------------------------------------------------------- in free words


def test_a_problem_in_free_words(inspected, world):
    place = add_place(world)
    address = reverse("finding_new", args=[place])

    answer = inspected("alice").post(address, {"text": "Rats", "severity": "minor"})

    assert answer.status_code == 302
    assert Finding.objects.get().text == "Rats"
    assert inspected("charlie").get(address).status_code == 404


# ------------------------------------------------------------------------- links


def link_of(answer):
    return answer.context["address"].replace("http://testserver", "")


def test_the_person_in_charge_puts_right_without_log_in(inspected, world, client):
    finding = found(world)
    address = link_of(inspected("alice").post(url("finding_link", finding)))

    page = client.get(address)
    assert page.status_code == 200
    assert "万*责" in text(page)
    assert "万负责" not in text(page)
    sent = {**typed(page), "how": "Bought masks"}
    for _press in range(2):
        assert client.post(address, sent).status_code == 302

    finding.refresh_from_db()
    assert (finding.state, finding.rectified_by) == ("rectified", finding.responsible)
    assert Entry.objects.filter(event="finding.rectified").count() == 1
    afterwards = text(client.get(address))
    assert "Bought masks" in afterwards
    assert 'name="how"' not in afterwards  # nothing more to do until it is sent back


def test_a_link_shows_one_finding_and_nothing_else(inspected, world, client):
    finding = found(world)
    other = found(world, "隔壁宾馆", number=2)
    visited(world, int(finding.subject[6:]), {"masks": True, "exits": False}, number=3)
    address = link_of(inspected("alice").post(url("finding_link", finding)))

    page = text(client.get(address))

    assert finding.text in page
    assert "no exits" not in page
    assert "隔壁宾馆" not in page
    assert client.get(url("finding", other)).status_code == 302  # to the log-in


def test_a_forged_link_is_not_found(inspected, world, client):
    address = link_of(inspected("alice").post(url("finding_link", found(world))))
    forged = address.rstrip("/")[:-1] + "_/"

    assert client.get(forged).status_code == 404
    assert client.post(forged, {"how": "x"}).status_code == 404


def test_the_link_is_issued_by_post_only_and_in_scope(inspected, world):
    finding = found(world)

    assert inspected("alice").get(url("finding_link", finding)).status_code == 405
    assert inspected("charlie").post(url("finding_link", finding)).status_code == 404
    assert inspected("auditor").post(url("finding_link", finding)).status_code == 403
