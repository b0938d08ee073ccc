"""Putting a record right: who may, what is shown of both, and what follows from it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from fangxian.mechanisms.finding.models import Finding
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.observation.models import Evidence, Observation
from fangxian.mechanisms.observation.queries import as_they_count
from fangxian.mechanisms.task.models import Task
from tests.unit.interfaces.console.inspected import (
    NO_MASKS,
    PIXEL,
    add_place,
    id_number,
    put_right,
    typed,
    visited,
)


WHY = "填错了"
RIGHT = {"q_masks": "yes", "q_exits": "yes", "reason": WHY}
FOUND_MASKS = {"masks": True, "exits": True}


def text(answer):
    return answer.content.decode()


def address(record):
    return reverse("visit_correct", args=[record.pk])


def correct(browser, record, **said):
    sent = {**typed(browser.get(address(record))), **RIGHT, **said}
    return browser.post(address(record), sent, follow=True)


def written():
    tables = (Observation, Finding, Entry, Task)
    return [table.objects.count() for table in tables]


def test_its_maker_puts_a_record_right_on_its_own_form(inspected, world):
    wrong = visited(world, add_place(world), NO_MASKS)
    browser = inspected("grid")
    [raised] = Finding.objects.all()

    form = browser.get(address(wrong)).context["form"]
    assert (form["q_masks"].value(), form["q_exits"].value()) == ("no", "yes")
    page = correct(browser, wrong)

    right = Observation.objects.get(corrects=wrong.pk)
    assert page.request["PATH_INFO"] == reverse("visit", args=[right.pk])
    assert (right.answers, right.reason) == (FOUND_MASKS, WHY)
    assert (right.at, right.form, right.edition_id) == (
        *(wrong.at, wrong.form, wrong.edition_id),
    )
    raised.refresh_from_db()
    assert (raised.state, raised.reason) == ("withdrawn", WHY)
    events = set(Entry.objects.values_list("event", flat=True))
    assert {"observation.corrected", "finding.withdrawn"} <= events
    assert as_they_count([wrong.pk])[wrong.pk].answers == FOUND_MASKS


def test_both_records_stay_to_be_read_and_name_each_other(inspected, world):
    wrong = visited(world, add_place(world), NO_MASKS)
    browser = inspected("grid")
    correct(browser, wrong)
    right = Observation.objects.get(corrects=wrong.pk)

    first = text(browser.get(reverse("visit", args=[wrong.pk])))
    second = text(browser.get(reverse("visit", args=[right.pk])))

    assert "<del>no</del>" in first
    assert reverse("visit", args=[right.pk]) in first
    assert address(wrong) not in first  # what counts no longer is not corrected again
    assert "<del>" not in second
    assert reverse("visit", args=[wrong.pk]) in second
    assert address(right) in second
    assert WHY in first
    assert WHY in second
    assert text(browser.get(reverse("visits"))).count("corrected later") == 1


def test_a_correction_that_shows_a_problem_raises_it_once(inspected, world):
    wrong = visited(world, add_place(world), FOUND_MASKS)
    browser = inspected("grid")
    sent = {**typed(browser.get(address(wrong))), **RIGHT, "q_masks": "no"}

    for _press in range(2):
        assert browser.post(address(wrong), sent).status_code == 302

    right = Observation.objects.get(corrects=wrong.pk)
    [raised] = Finding.objects.all()
    assert (raised.observation, raised.item) == (right.pk, "six_haves/masks")


def test_a_problem_that_was_put_right_meanwhile_stands_and_is_said(inspected, world):
    wrong = visited(world, add_place(world), NO_MASKS)
    [raised] = Finding.objects.all()
    put_right(world, raised)

    page = correct(inspected("grid"), wrong)

    raised.refresh_from_db()
    assert raised.state == "rectified"
    assert f"№ {raised.pk} stands" in text(page)


def test_the_photos_of_the_first_record_are_kept_unless_they_were_wrong(
    inspected, world
):
    place, browser = add_place(world), inspected("grid")
    new = f"{reverse('visit_new')}?place={place}&form=six_haves"
    first = {
        **typed(browser.get(new)),
        "seen_at": "2020-11-09T11:50",
        "q_masks": "no",
        "q_exits": "yes",
        "photos": SimpleUploadedFile("a.png", PIXEL, "image/png"),
    }
    browser.post(new, first)
    [wrong] = Observation.objects.all()

    correct(browser, wrong)
    right = Observation.objects.get(corrects=wrong.pk)
    correct(browser, right, q_exits="no", drop_photos="on")

    last = Observation.objects.get(corrects=right.pk)
    [photo] = wrong.answers["photos"]
    assert right.answers["photos"] == [photo]
    assert Evidence.objects.filter(observation=right).count() == 1
    assert "photos" not in last.answers
    assert not last.evidence.exists()


@pytest.mark.parametrize("who", ["community", "alice", "district"])
def test_the_units_above_may_put_it_right(inspected, world, who):
    wrong = visited(world, add_place(world), FOUND_MASKS)

    correct(inspected(who), wrong, q_masks="no")

    assert Observation.objects.filter(corrects=wrong.pk).exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [("civil_affairs", 404), ("supervision", 409), ("charlie", 404), ("auditor", 403)],
)
def test_nobody_else_may(inspected, world, who, status):
    wrong = visited(world, add_place(world), FOUND_MASKS)
    browser, before = inspected(who), written()

    sent = {**RIGHT, "q_masks": "no", "id": id_number(9)}
    answer = browser.post(address(wrong), sent)

    assert answer.status_code == status
    assert written() == before


def test_without_a_reason_or_a_change_nothing_is_written(inspected, world):
    wrong = visited(world, add_place(world), FOUND_MASKS)
    browser, before = inspected("grid"), written()

    assert correct(browser, wrong, reason=" ").status_code == 422
    same = correct(browser, wrong)

    assert same.status_code == 409
    assert "says the same" in text(same)
    assert written() == before


def test_of_two_who_correct_the_second_is_told(inspected, world):
    wrong = visited(world, add_place(world), FOUND_MASKS)
    late = inspected("grid")
    sent = {**typed(late.get(address(wrong))), **RIGHT, "q_exits": "no"}
    correct(inspected("community"), wrong, q_masks="no")
    before = written()

    answer = late.post(address(wrong), sent)

    assert answer.status_code == 409
    assert "has been corrected before" in text(answer)
    assert written() == before
