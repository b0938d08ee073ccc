"""Pages that take a list of people in: sent sealed, confirmed, corrected, sent again."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from fangxian.interfaces.imports.tables import read_table
from fangxian.mechanisms.ledger.models import Import, Person
from tests.unit.mechanisms.ledger.people.folk import NAME, NUMBER, TELEPHONE, number


FILE = "司马相如等返郑人员.csv"
LIST = f"""返郑人员排查台账
姓名,证件号码,联系电话,所属社区
{NAME},{NUMBER},{TELEPHONE},福华社区
李秋,{number(418)[:-1]}?,10012345679,福华社区
赵子涵,9.90103E+17,,福花社区
"""


def send(client, world, content=LIST, area="street"):
    file = SimpleUploadedFile(FILE, content.encode("gb18030"))
    said = {"file": file, "area": str(world[area])}
    return client.post(reverse("people_import_new"), said)


def confirm(client, sent, **changed):
    fields = client.get(sent.url).context["form"].fields
    initial = {name: field.initial for name, field in fields.items()}
    return client.post(sent.url, {**initial, **changed}, follow=True)


def text(answer):
    return answer.content.decode()


def test_good_rows_go_in_and_bad_ones_are_told_with_remedies(browse, world):
    alice = browse("alice")
    sent = send(alice, world)
    assert Person.objects.count() == 0
    assert NAME in text(alice.get(sent.url))  # to who has just sent it

    done = text(confirm(alice, sent))

    assert [one.name for one in Person.objects.all()] == [NAME]
    batch = Import.objects.get()
    assert (batch.added, batch.refused, batch.file_name) == (1, 2, FILE)
    assert "Write 福华社区, or another name from the list of areas." in done
    assert "characters, or signs that such a paper does not bear" in done
    added = text(alice.get(reverse("people"), {"list": batch.pk}))
    assert f"/people/?list={batch.pk}" in done
    assert "王*明" in added


def test_the_mapping_is_shown_may_be_changed_and_is_remembered(browse, world):
    content = "甲方,姓名,电话\n王小明,李秋,10012345679\n"
    alice = browse("alice")
    sent = send(alice, world, content, area="community")

    confirm(alice, sent, column_name="0")

    assert Person.objects.get().name == NAME
    again = send(browse("bob"), world, content, area="community")
    shown = browse("bob").get(again.url)
    assert shown.context["form"].fields["column_name"].initial == "0"
    assert "This layout is known" in text(shown)


def test_bad_rows_come_back_to_correct_and_go_in_when_sent_again(browse, world):
    alice = browse("alice")
    confirm(alice, send(alice, world))
    batch = Import.objects.get()
    for form in ("csv", "xlsx"):
        answer = alice.get(reverse("people_import_refused", args=[batch.pk, form]))
        table = read_table(answer.content)
        assert table[0][:2] == ("姓名", "证件号码")
        assert [row[0] for row in table[1:]] == ["李秋", "赵子涵"]

    corrected = (
        LIST.replace(number(418)[:-1] + "?", number(418))
        .replace("9.90103E+17", number(419))
        .replace("福花", "福华")
    )
    confirm(alice, send(alice, world, corrected))

    assert Person.objects.count() == 3
    assert Import.objects.latest("id").known == 1


@pytest.mark.parametrize("who", ["charlie", "community_next_door", "bob", "district"])
def test_bad_rows_and_the_name_of_the_file_are_for_who_sent_them(browse, world, who):
    """Bob and the district may see that a list came, and how many rows went in."""
    alice = browse("alice")
    sent = send(alice, world)
    assert browse(who).get(sent.url).status_code == 404
    confirm(alice, sent)
    batch = Import.objects.get()
    reaches = who in {"bob", "district"}

    rows = browse(who).get(reverse("people_import_refused", args=[batch.pk, "csv"]))
    one = browse(who).get(reverse("people_import_one", args=[batch.pk]))
    listed = browse(who).get(reverse("people_imports"))

    assert rows.status_code == 404
    assert one.status_code == (200 if reaches else 404)
    assert (f"/people/lists/{batch.pk}/" in text(listed)) is reaches
    secrets = (FILE, NAME, "李秋", NUMBER, "福花社区")
    for answer in (rows, one, listed):
        assert [said for said in secrets if said in text(answer)] == []


@pytest.mark.parametrize("who", ["grid", "supervision", "hospital", "administrator"])
def test_others_bring_no_lists(browse, world, who):
    assert send(browse(who), world).status_code == 403
    assert Import.objects.count() == 0


def test_a_file_that_is_no_list_is_refused_with_a_remedy(browse, world):
    answer = send(browse("alice"), world, "甲,乙\n1,2\n")

    assert answer.status_code == 409
    assert "looks like the headings of a list of people" in text(answer)
    assert Import.objects.count() == 0
