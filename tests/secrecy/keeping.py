"""An installation of its own with people in it, as a process that died would leave it.

Run as a program with FANGXIAN_DATA set: ``python -m tests.secrecy.keeping SIZE``. It
takes a faulty list of returnees in twice, does every act on a person, and ends without
closing the database, so that the write-ahead log stands beside it.
"""

import datetime as dt
import os
import random
import sys
from pathlib import Path
from uuid import UUID

from tests.secrecy import leaving


SEED = 20201109
WHY = "电话通知采样并核对户口簿"
AMENDED = "欧阳秋水"
PROXY = ("诸葛清风", "10088887777")
SAID = "本人十月底起一直在家有邻居作证"
RULED = "核对行程与门卫记录后予以维持"
FREED = "复核无接触史提前解除"
MISTAKEN = "样本与同楼住户调换结果作废"
FILE_NAME = "司马相如等返郑人员.csv"
RECIPIENT = "隔离点接收人夏侯惇"
BACKEND = "django.contrib.auth.backends.ModelBackend"
HERE = {"host": "localhost"}


def main(size: int) -> None:
    """Fill the installation that FANGXIAN_DATA names."""
    import django  # noqa: PLC0415 -- reads FANGXIAN_DATA, which the caller has set
    from django.core.management import call_command  # noqa: PLC0415 -- as above

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangxian.settings")
    django.setup()
    call_command("migrate", verbosity=0, skip_checks=True)
    opened = leaving.note_temporary_files()
    fill(size)
    Path(os.environ["FANGXIAN_DATA"], "opened.txt").write_text("\n".join(opened))
    os._exit(0)


def fill(size: int) -> None:
    """Take the list in twice, and do every act on the first of its people."""
    from fangxian.interfaces.imports import people  # noqa: PLC0415 -- after set-up
    from fangxian.kernel.situation import start_situation  # noqa: PLC0415 -- as above
    from tests.unit.interfaces.imports.returnees import as_csv  # noqa: PLC0415 -- as above
    from tests.worlds import NOON, make_world  # noqa: PLC0415 -- as above

    start_situation(Path(os.environ["FANGXIAN_DATA"]), scenario="secrecy", at=NOON)
    world = make_world()
    content = as_csv(list_of(size).table())
    for _ in range(2):
        taken = people.take_people(
            people.open_list(content),
            content=content,
            file_name=FILE_NAME,
            area=world["street"],
            by=world.actor("alice"),
            at=NOON,
        )
    one, other, third = (known.person for known in taken.known[:3])
    act(world, one, other, at=NOON)
    watch = restrict(world, third, at=NOON)
    browse(world, [one, other], watch, third)
    leaving.send_photos()
    leaving.send_acts(world, at=NOON)
    leaving.run_commands(world)


def act(world, one, other, *, at: dt.datetime) -> None:
    """Do to people whatever can be done to people."""
    from fangxian.mechanisms.journal.actions import sequence  # noqa: PLC0415 -- as above
    from fangxian.mechanisms.ledger.people import actions, queries  # noqa: PLC0415 -- as above
    from fangxian.mechanisms.ledger.states import Purpose, Relation  # noqa: PLC0415 -- as above

    by = {"by": world.actor("alice"), "at": at}
    actions.amend_person(one, name=AMENDED, **by)
    actions.name_proxy(
        one, relation=Relation.CHILD, name=PROXY[0], telephone=PROXY[1], **by
    )
    actions.merge_people(other, into=one, evidence=WHY, **by)
    actions.unmerge_person(other, reason=WHY, **by)
    actions.keep_people_apart(one, other=other, reason=WHY, **by)
    actions.open_identity(
        one,
        purpose=Purpose.CONTACT,
        why=WHY,
        second=world.actor("bob"),
        **by,
    )
    queries.find_people(world.actor("alice").scope, text=AMENDED)
    sequence(at=at)


def browse(world, people, watch, watched) -> None:
    """Do through the console what reads in clear: search, read, hand over in a file."""
    from django.test.utils import setup_test_environment  # noqa: PLC0415 -- after set-up
    from django.urls import reverse  # noqa: PLC0415 -- as above

    from fangxian.interfaces.console.models import Account  # noqa: PLC0415 -- as above
    from tests.people import PEOPLE  # noqa: PLC0415 -- as above

    setup_test_environment()  # so that pages tell what stands in their forms
    visitors = {}
    for who in ("alice", "bob", "community"):
        account = Account.objects.create(username=who, person=PEOPLE[who])
        visitors[who] = leaving.Noting(headers=HERE)
        visitors[who].force_login(account, backend=BACKEND)
    alice, bob = visitors["alice"], visitors["bob"]
    alice.post(reverse("people_search"), {"q": AMENDED})
    leaving.Noting(headers=HERE).post(
        reverse("people_new"), {"name": AMENDED, "telephone": PROXY[1]}
    )
    for number, form in enumerate(("rows", "screen"), start=1):
        chosen = people if form == "rows" else people[:1]
        export = str(UUID(int=number))
        said = {"form": form, "purpose": "notice", "recipient": RECIPIENT, "why": WHY}
        asked = {"id": export, "person": [str(one) for one in chosen], **said}
        alice.post(reverse("people_exports_new"), asked)
        bob.post(reverse("people_export_approve", args=[export]))
        opened = alice.post(reverse("people_export_open", args=[export]))
        assert opened.status_code == 200
    assert AMENDED in opened.content.decode()
    leaving.send_lists(alice, world)
    leaving.take_papers(visitors["community"], alice, watch, watched)


def restrict(world, person, *, at: dt.datetime) -> int:
    """Restrict somebody twice, and say in free words what may be said of it.

    Gives the restriction at home, under which somebody was looked after.
    """
    from fangxian.mechanisms.journal.actions import sequence  # noqa: PLC0415 -- as above
    from fangxian.mechanisms.restriction import actions  # noqa: PLC0415 -- as above
    from fangxian.mechanisms.restriction.states import Channel  # noqa: PLC0415 -- as above
    from tests.unit.mechanisms.restriction.restricting import (  # noqa: PLC0415 -- as above
        Restricting,
        second_doctor,
    )

    restricting = Restricting(world)
    restricting.stated(person)
    tested = restricting.tested(person)
    home, hospital = sorted(restricting.imposed(), key=lambda one: one.measure)
    leaving.look_after(world, home.pk, at=at)
    said = {"by": world.actor("hospital"), "at": at}
    appeal = actions.file_appeal(home.pk, said=SAID, channel=Channel.PAPER, **said)
    ruling = {"by": second_doctor(world), "at": at}
    actions.decide_appeal(appeal.pk, upheld=False, reason=RULED, **ruling)
    actions.release(home.pk, note=FREED, by=world.actor("cdc"), at=at)
    ended = actions.withdraw_evidence(tested.pk, reason=MISTAKEN, **said)
    assert ended == (hospital.pk,)
    sequence(at=at)
    return int(home.pk)


def list_of(size: int):
    """The list that is taken in; half of its people at most are spoilt."""
    from tests.unit.interfaces.imports.returnees import faulty_list  # noqa: PLC0415 -- as above

    return faulty_list(size, seed=SEED, each=min(20, size // 40))


def private_texts(size: int) -> set[str]:
    """Everything in the list, and in what was said later, that nobody may find."""
    returnees = list_of(size)
    columns = ("姓名", "身份证号", "联系电话", "现住址", "监护人电话")
    texts = {
        row[name] for row in (*returnees.rows, *returnees.meant) for name in columns
    }
    told = {WHY, AMENDED, *PROXY, FILE_NAME, RECIPIENT, SAID, RULED, FREED, MISTAKEN}
    told |= leaving.LEFT_BEHIND
    return {text for text in texts | told if not _is_faulty(text)}


def _is_faulty(text: str) -> bool:
    """Whether a cell was spoilt into something that any file may hold."""
    public = {"12345", "12345678", "1381234567", "福华社区", "建中社区"}
    return text in public or len(text) < 3


def invented_number(random_: random.Random) -> str:
    """A number that nobody in the list has, to show that the search finds what is there."""
    from tests.unit.interfaces.imports.returnees import id_number  # noqa: PLC0415 -- as above

    return id_number(random_.randrange(500_000, 900_000), born="19990101")


if __name__ == "__main__":
    main(int(sys.argv[1]))
