"""Pages that take a list in: send, confirm the columns, correct, send again."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from fangxian.interfaces.imports.tables import read_table
from fangxian.mechanisms.ledger.models import Import, Layout, Place
from tests.unit.mechanisms.ledger.ledgers import KINDS, declare


LIST = """福华街街道场所台账
单位名称,场所类别,所属社区,联系人,电话
福华宾馆,宾馆酒店,福华社区,王小明,13812345678
建中宾馆,宾馆酒家,建中社区,,
=1+1,宾馆酒店,福花社区,,1
"""


@pytest.fixture
def street(world):
    for code in KINDS:
        declare(code)
    return world


def send(client, world, content=LIST, area="street", **said):
    file = SimpleUploadedFile("台账.csv", content.encode("gb18030"))
    form = {"file": file, "area": str(world[area]), **said}
    return client.post(reverse("import_new"), form)


def confirm(client, sent, **changed):
    shown = client.get(sent.url)
    initial = {name: field.initial for name, field in _fields(shown).items()}
    return client.post(sent.url, {**initial, **changed}, follow=True)


def _fields(answer):
    return answer.context["form"].fields


def text(answer):
    return answer.content.decode()


def test_a_list_goes_in_and_its_bad_rows_are_told_with_remedies(browse, street):
    alice = browse("alice")
    sent = send(alice, street)
    assert Place.objects.count() == 0

    done = text(confirm(alice, sent))

    assert [place.name for place in Place.objects.all()] == ["福华宾馆"]
    assert "There is no kind of place called 宾馆酒家; the nearest is 宾馆酒店." in done
    assert "Write 福华社区, or another name from the list of areas." in done
    assert "The telephone number cannot be dialled." in done
    batch = Import.objects.get()
    assert (batch.added, batch.refused, batch.file_name) == (1, 2, "台账.csv")
    added = text(alice.get(reverse("places"), {"list": batch.pk}))
    assert f"/places/?list={batch.pk}" in done
    assert "福华宾馆" in added
    assert "1 row" in added


def test_the_columns_are_shown_and_may_be_changed_and_are_remembered(browse, street):
    alice = browse("alice")
    content = "场所名称,甲方,类别\nX,福华宾馆,宾馆酒店\n"
    sent = send(alice, street, content, area="community")
    assert _fields(alice.get(sent.url))["column_name"].initial == "0"

    confirm(alice, sent, column_name="1")

    assert Place.objects.get().name == "福华宾馆"
    again = send(browse("bob"), street, content, area="community")
    shown = browse("bob").get(again.url)
    assert _fields(shown)["column_name"].initial == "1"
    assert "This layout is known" in text(shown)


def test_refused_rows_come_back_as_files_to_correct_and_send_again(browse, street):
    alice = browse("alice")
    confirm(alice, send(alice, street))
    batch = Import.objects.get()
    for form in ("csv", "xlsx"):
        answer = alice.get(reverse("import_refused", args=[batch.pk, form]))
        assert answer["Content-Disposition"].startswith("attachment")
        table = read_table(answer.content)
        assert table[0][:2] == ("单位名称", "场所类别")
        assert [row[0] for row in table[1:]] == ["建中宾馆", "=1+1"]
    assert "'=1+1" in alice.get(
        reverse("import_refused", args=[batch.pk, "csv"])
    ).content.decode("utf-8-sig")

    corrected = LIST.replace("酒家", "酒店").replace("福花", "福华")
    confirm(alice, send(alice, street, corrected.replace(",,1", ",,")))

    assert Place.objects.count() == 3
    assert Import.objects.latest("id").known == 1


@pytest.mark.parametrize(
    "who", ["charlie", "community_next_door", "civil_affairs", "supervision"]
)
def test_refused_rows_are_given_to_nobody_out_of_scope(browse, street, who):
    """A department gets only the lists it brought: others speak of other kinds."""
    alice = browse("alice")
    confirm(alice, send(alice, street))
    batch = Import.objects.get()

    answer = browse(who).get(reverse("import_refused", args=[batch.pk, "csv"]))

    assert answer.status_code in {403, 404}
    assert "建中宾馆" not in text(answer)
    assert "台账.csv" not in text(browse(who).get(reverse("places_imports")))


def test_rows_that_differ_from_the_ledger_are_named(browse, street):
    alice = browse("alice")
    content = "单位名称,类别,社区,地址\n福华宾馆,宾馆酒店,福华社区,{}\n"
    confirm(alice, send(alice, street, content.format("1号")))

    done = confirm(alice, send(alice, street, content.format("2号")))

    assert "Row 2 says something else than the ledger" in text(done)
    assert Place.objects.get().address == "1号"


def test_a_row_that_looks_like_a_known_place_goes_in_and_is_shown(browse, street):
    alice = browse("alice")
    content = (
        "单位名称,类别,社区\n福华宾馆,宾馆酒店,福华社区\n福华街宾馆,宾馆酒店,福华社区\n"
    )

    done = text(confirm(alice, send(alice, street, content)))

    assert Place.objects.count() == 2
    assert "look like another place" in done
    assert "nearly the same name" in done


@pytest.mark.parametrize("content", ["", "温度,湿度\n1,2\n"])
def test_a_file_that_is_no_list_is_refused_at_once(browse, street, content):
    answer = send(browse("alice"), street, content)

    assert answer.status_code in {409, 422}
    assert (Import.objects.count(), Layout.objects.count()) == (0, 0)


def test_a_mapping_without_names_is_refused_in_the_form(browse, street):
    alice = browse("alice")

    answer = confirm(alice, send(alice, street), column_name="")

    assert answer.status_code == 409
    assert "imports.column_missing" in text(answer)
    assert Place.objects.count() == 0


def test_one_kind_may_stand_for_all_rows(browse, street):
    alice = browse("alice")
    content = "单位名称,社区\n福华宾馆,福华社区\n"

    confirm(alice, send(alice, street, content, kind="hotel"))

    assert Place.objects.get().kind_id == "hotel"


def test_nobody_else_confirms_a_sent_list(browse, street):
    sent = send(browse("alice"), street)

    for other in ("bob", "charlie"):
        assert browse(other).get(sent.url).status_code == 404
        assert browse(other).post(sent.url, {}).status_code == 404
    assert Place.objects.count() == 0


def test_a_confirmed_list_is_not_confirmed_twice(browse, street):
    alice = browse("alice")
    sent = send(alice, street)
    confirm(alice, sent)

    assert alice.get(sent.url).status_code == 404


def test_an_area_of_the_next_district_is_not_offered(browse, street):
    answer = send(browse("charlie"), street)

    assert answer.status_code == 422
    assert Import.objects.count() == 0
