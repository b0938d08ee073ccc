"""Pages of returns and bulletins: signed by the unit, opened to the rows, never leaked."""

import datetime as dt
from io import BytesIO

import docx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fangxian.capabilities.daily_return import actions
from fangxian.mechanisms.report import actions as report
from fangxian.mechanisms.report import queries
from fangxian.mechanisms.report.models import Bulletin, Restatement, Return
from tests.unit.capabilities.daily_return.days import (
    adopt,
    find,
    open_hotel,
)
from tests.worlds import NOON, TODAY


MORNING = NOON - dt.timedelta(hours=3)
EARLIER = NOON - dt.timedelta(hours=1)


@pytest.fixture
def city(world):
    adopt(world)
    return world


def sign(city, who="community", *, at=MORNING, day=TODAY, zero=True):
    by = city.actor(who)
    return actions.attest_daily(area=by.unit, day=day, zero=zero, by=by, at=at)


def text_of(response, status=200):
    assert response.status_code == status
    return response.content.decode()


def test_the_grid_names_who_is_in_and_who_is_not(browse, city):
    returned = sign(city)
    page = text_of(browse("alice").get(reverse("returns")))

    assert f'href="{reverse("return", args=[returned.pk])}"' in page
    assert "福华社区" in page
    assert "建中社区" in page
    assert "not yet in" in page  # it is noon: the cut-off has not passed


@pytest.mark.usefixtures("city")
def test_after_the_cut_off_a_unit_is_missing_by_name(browse):
    yesterday = (TODAY - dt.timedelta(days=1)).isoformat()

    page = text_of(browse("alice").get(reverse("returns"), {"day": yesterday}))

    missing = page[page.index('id="missing"') :]
    assert "福华社区" in missing
    assert "建中社区" in missing


def test_no_unit_of_the_next_district_is_named(browse, city):
    sign(city)

    page = text_of(browse("charlie").get(reverse("returns")))

    assert "南关社区" in page
    for name in ("福华", "建中", "二七", "解放路"):
        assert name not in page


def test_the_grid_of_the_next_district_does_not_exist(browse, city):
    asked = {"area": city["street"]}

    assert browse("charlie").get(reverse("returns"), asked).status_code == 404
    assert (
        browse("charlie").get(reverse("returns_timeliness"), asked).status_code == 404
    )


@pytest.mark.usefixtures("city")
def test_where_no_return_is_asked_for_nothing_is_late(browse):
    page = browse("alice").get(
        reverse("returns_timeliness"), {"first": "2019-12-01", "last": "2019-12-20"}
    )

    assert page.status_code == 200
    assert "Nothing has fallen due in these days" in text_of(page)


@pytest.mark.parametrize(
    ("url", "extra"),
    [("return", []), ("return_restate", []), ("return_figure", ["places"])],
)
def test_a_return_of_the_next_district_does_not_exist(browse, city, url, extra):
    returned = sign(city)

    found = browse("charlie").get(reverse(url, args=[returned.pk, *extra]))

    assert found.status_code == 404


def test_a_return_shows_its_lines_its_identity_and_who_signed(browse, city):
    find(city, open_hotel(city), at=MORNING - dt.timedelta(hours=1))
    returned = sign(city, zero=False)

    page = text_of(browse("alice").get(reverse("return", args=[returned.pk])))

    assert "Problems balance" in page
    assert "balances" in page
    assert "佘*记" in page
    assert reverse("return_figure", args=[returned.pk, "findings_raised"]) in page


def test_every_figure_of_a_return_opens(browse, city):
    find(city, open_hotel(city), at=MORNING - dt.timedelta(hours=1))
    actions.issue_duties(day=TODAY, at=MORNING - dt.timedelta(hours=1))
    sign(city, zero=False)
    street = sign(city, "alice", at=EARLIER, zero=False)
    alice = browse("alice")

    for indicator in queries.layout_for(street).indicators:
        url = reverse("return_figure", args=[street.pk, indicator.name])
        assert indicator.label.en in text_of(alice.get(url)), indicator.name


def test_a_figure_opens_its_records_and_its_lower_units(browse, city):
    hotel = open_hotel(city)
    find(city, hotel, at=MORNING - dt.timedelta(hours=1))
    sign(city, zero=False)
    street = sign(city, "alice", at=EARLIER, zero=False)
    alice = browse("alice")

    raised = text_of(
        alice.get(reverse("return_figure", args=[street.pk, "findings_raised"]))
    )
    places = text_of(alice.get(reverse("return_figure", args=[street.pk, "places"])))

    assert "消杀记录断档 2 天" in raised
    assert "福华社区" in raised
    assert "永安宾馆" in places


def test_a_figure_that_the_layout_does_not_have_is_not_found(browse, city):
    returned = sign(city)
    url = reverse("return_figure", args=[returned.pk, "nothing"])

    assert browse("alice").get(url).status_code == 404


def test_a_unit_reads_its_figures_and_signs(browse, city):
    find(city, open_hotel(city), at=MORNING)
    client = browse("community")
    url = reverse("return_sign")

    assert "I have read the figures and sign" in text_of(client.get(url))
    response = client.post(url, {"said": "The hotel is told"})

    returned = Return.objects.get()
    assert response.url == reverse("return", args=[returned.pk])
    assert (returned.area_id, returned.late) == (city["community"], False)
    assert returned.zero is False


def test_signing_twice_leads_to_the_signed_return(browse, city):
    returned = sign(city)

    response = browse("community").post(reverse("return_sign"), {"said": ""})

    assert response.url == reverse("return", args=[returned.pk])
    assert Return.objects.count() == 1


@pytest.mark.usefixtures("city")
def test_a_zero_report_is_offered_when_nothing_happened_and_shown_as_such(browse):
    client, url = browse("community"), reverse("return_sign")

    assert "sign the zero report" in text_of(client.get(url))
    response = client.post(url, {"zero": "1", "said": ""})

    assert Return.objects.get().zero is True
    assert "Zero report" in text_of(client.get(response.url))
    assert "Zero report" in text_of(client.get(reverse("returns")))


@pytest.mark.usefixtures("city")
def test_silence_is_no_zero_report(browse):
    page = text_of(browse("community").post(reverse("return_sign"), {"said": ""}), 409)

    assert "daily_return.nothing_stated" in page
    assert Return.objects.count() == 0


def test_a_false_zero_report_is_refused(browse, city):
    find(city, open_hotel(city), at=MORNING)
    url = reverse("return_sign")

    assert "sign the zero report" not in text_of(browse("community").get(url))
    page = text_of(browse("community").post(url, {"zero": "1", "said": ""}), 409)

    assert "report.not_nothing" in page
    assert Return.objects.count() == 0


def test_a_restatement_shows_old_beside_new(browse, city):
    returned = sign(city)
    find(city, open_hotel(city), at=EARLIER)
    client = browse("community")
    url = reverse("return_restate", args=[returned.pk])

    assert "Problems found" in text_of(client.get(url))
    client.post(url, {"reason": "Found after signing"})
    page = text_of(client.get(reverse("return", args=[returned.pk])))

    assert "Found after signing" in page
    assert Restatement.objects.count() == 1


def test_a_restatement_that_changes_nothing_is_refused(browse, city):
    returned = sign(city)
    url = reverse("return_restate", args=[returned.pk])

    page = text_of(browse("community").post(url, {"reason": "because"}), 409)

    assert "report.nothing_changed" in page
    assert "because" in page


def test_timeliness_is_told_by_unit(browse, city):
    sign(city)

    page = text_of(browse("alice").get(reverse("returns_timeliness")))

    assert "建中社区" in page
    assert "解放路" not in page


def test_a_unit_with_none_below_is_not_asked_about_them(browse, city):
    community, street = sign(city), sign(city, "alice")

    def headings(who, returned):
        shown = browse(who).get(reverse("return", args=[returned.pk]))
        return [title for title, rows in shown.context["lines"].sections if rows]

    assert "Returns of the units below" not in headings("community", community)
    assert "Returns of the units below" in headings("alice", street)


def test_figures_that_only_serve_the_sums_stand_apart(browse, city):
    returned = sign(city)

    page = browse("community").get(reverse("return", args=[returned.pk]))
    lines = page.context["lines"]

    apart = {row.name for row in lines.auxiliary}
    assert apart
    assert all(name.endswith("_before") for name in apart)
    assert not apart & {row.name for _title, rows in lines.sections for row in rows}
    assert f"{len(apart)} figures that only serve the sums" in text_of(page)


def test_who_is_missing_stands_before_who_was_late_and_who_was_in_time(browse, city):
    sign(city)

    rows = browse("alice").get(reverse("returns_timeliness")).context["rows"]

    faults = [(one.not_made, one.late) for _name, one in rows]
    assert faults == sorted(faults, reverse=True)
    assert faults[0] > faults[-1]


def test_a_unit_of_timeliness_opens_its_days_and_each_its_return(browse, city):
    signed = sign(city)
    asked = {"area": signed.area_id}

    page = browse("alice").get(reverse("returns_timeliness"), asked)
    [first, *others] = page.context["days"]

    assert f'href="{reverse("return", args=[signed.pk])}"' in text_of(page)
    assert first.returned == signed.pk
    assert {one.returned for one in others} == {None}
    listed = browse("alice").get(reverse("returns_timeliness"))
    assert f"?area={signed.area_id}&amp;first=" in text_of(listed)
    assert listed.context["days"][0].returned is None
    stranger = browse("charlie").get(reverse("returns_timeliness"), asked)
    assert stranger.status_code == 404


def cost_of(client, url):
    """How many queries a page takes, once the caches are warm."""
    client.get(url)
    with CaptureQueriesContext(connection) as queries_made:
        text_of(client.get(url))
    return len(queries_made)


def test_the_grid_costs_the_same_for_one_and_for_three(browse, city):
    client, url = browse("district"), reverse("returns")
    sign(city)
    one = cost_of(client, url)
    sign(city, "alice")
    sign(city, "district")

    assert cost_of(client, url) == one <= 25


# -------------------------------------------------------------------- bulletins
def issue(city, who="district", day=TODAY, at=EARLIER):
    by = city.actor(who)
    return actions.compose_bulletin(area=by.unit, day=day, by=by, at=at)


def test_a_bulletin_is_shown_on_its_sheet_without_inline_style(browse, city):
    find(city, open_hotel(city), at=MORNING)
    bulletin = issue(city)

    page = text_of(
        browse("district", "zh-hans").get(reverse("bulletin", args=[bulletin.pk]))
    )

    assert "疫情防控督查通报" in page
    assert "消杀记录断档 2 天" in page
    assert "style=" not in page


def test_a_bulletin_downloads_as_docx(browse, city):
    bulletin = issue(city)

    response = browse("district").get(reverse("bulletin_docx", args=[bulletin.pk]))

    assert 'filename="bulletin-2020-11-09-1.docx"' in response["Content-Disposition"]
    written = docx.Document(BytesIO(response.content))
    assert written.paragraphs[1].text == "第 1 期"


@pytest.mark.usefixtures("city")
def test_a_unit_composes_its_bulletin(browse):
    client = browse("supervision")

    response = client.post(reverse("bulletin_new"), {"day": TODAY.isoformat()})

    bulletin = Bulletin.objects.get()
    assert response.url == reverse("bulletin", args=[bulletin.pk])
    assert "二七区" in text_of(client.get(reverse("bulletins")))


def test_who_comes_second_is_led_to_the_bulletin_that_is_out(browse, city):
    first = issue(city)

    response = browse("supervision").post(
        reverse("bulletin_new"), {"day": TODAY.isoformat()}, follow=True
    )

    assert response.redirect_chain == [(reverse("bulletin", args=[first.pk]), 302)]
    assert "That day&#x27;s bulletin is out already." in text_of(response)
    assert Bulletin.objects.count() == 1


def test_a_correction_is_issued_and_both_name_each_other(browse, city):
    first = issue(city)
    find(city, open_hotel(city), at=EARLIER)
    client = browse("district")

    client.post(reverse("bulletin_correct", args=[first.pk]))

    correction = Bulletin.objects.exclude(pk=first.pk).get()
    assert correction.corrects_id == first.pk
    assert "corrected by no. 2" in text_of(
        client.get(reverse("bulletin", args=[first.pk]))
    )


@pytest.mark.parametrize("url", ["bulletin", "bulletin_docx"])
def test_a_bulletin_of_the_next_district_does_not_exist(browse, city, url):
    bulletin = issue(city)
    client = browse("district_next_door")

    assert client.get(reverse(url, args=[bulletin.pk])).status_code == 404
    assert "二七" not in text_of(client.get(reverse("bulletins")))


def test_the_list_costs_the_same_for_one_and_for_three(browse, city):
    client, url = browse("district"), reverse("bulletins")
    issue(city)
    one = cost_of(client, url)
    for number in (1, 2):
        issue(city, day=TODAY - dt.timedelta(days=number))

    assert cost_of(client, url) == one <= 15


def test_an_attested_return_of_another_day_is_compared(browse, city):
    yesterday = TODAY - dt.timedelta(days=1)
    sign(city, day=yesterday, at=MORNING)
    returned = sign(city)
    report.freeze_due(at=NOON)

    page = text_of(browse("alice").get(reverse("return", args=[returned.pk])))

    assert "no return" not in page
