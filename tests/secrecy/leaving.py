"""What else could leave a name behind: lists sent, papers, devices, commands, browsers.

Every address, header and cookie of the visits is written into ``browsers.txt`` of the
installation, and what commands print with ``--json`` into ``commands.txt``; temporary
files lie there too, and ``opened.txt`` names those that were gone again at once. So
the search looks through all of it as through the database.
"""

import hashlib
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.people import PEOPLE


SENT_NAME = "公孙大娘"
SENT_NUMBER = "990103197906134176"
SENT_TELEPHONE = "10099997777"
ORIGIN = "甘肃省敦煌市莫高镇三巷"
SAID_BY_DEVICE = "独孤求败不在家电话一零零"
VOLUNTEER = ("令狐志愿", "10066665555")
KEPT_OPEN: list[Any] = []  # until the process ends, so that its log stands there
ON_A_PHOTO = "门牌上写着上官婉儿的家"
LEFT_BEHIND = {
    *(SENT_NAME, SENT_NUMBER, SENT_TELEPHONE, ORIGIN),
    *(SAID_BY_DEVICE, *VOLUNTEER, ON_A_PHOTO),
}
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
PHOTOS = {
    who: JPEG + f"{ON_A_PHOTO} {who} ".encode() * 20_000 for who in ("phone", "console")
}
LIST = f"""姓名,身份证号,联系电话,所属社区,来源地,返郑日期,信息来源
{SENT_NAME},{SENT_NUMBER},{SENT_TELEPHONE},福华社区,{ORIGIN},2020-11-08,
{SENT_NAME},{SENT_NUMBER[:-1]}?,{SENT_TELEPHONE},福华社区,{ORIGIN},2020-11-08,
"""
SENT = f"{SENT_NAME}等返郑人员.csv"


class Noting(Client):
    """A browser that writes down what it is told beside the pages themselves."""

    def request(self, **request: Any) -> Any:
        """Make a request; note its address, and the answer's headers and cookies."""
        answer = super().request(**request)
        asked = f"{request.get('PATH_INFO')}?{request.get('QUERY_STRING')}"
        kept = self.cookies.output(header="")
        with (settings.FANGXIAN_DATA / "browsers.txt").open("a") as file:
            print(asked, answer.status_code, answer.headers, kept, file=file)
        return answer


def note_temporary_files() -> list[str]:
    """Note whatever is opened to be written where temporary files are, from now on."""
    import weasyprint  # noqa: F401, PLC0415 -- it looks for its libraries by such files, once

    folder, opened = tempfile.gettempdir(), list[str]()

    def note(event: str, said: tuple[Any, ...]) -> None:
        if event != "open" or not isinstance(said[0], (str, bytes, os.PathLike)):
            return
        path, _, flags = said
        if flags & (os.O_WRONLY | os.O_RDWR) and os.fsdecode(path).startswith(folder):
            opened.append(os.fsdecode(path))

    sys.addaudithook(note)
    with tempfile.TemporaryFile():  # the control: it is gone at once, and is noted
        assert opened
    opened.clear()
    return opened


def send_photos() -> None:
    """Keep a photo that a phone sends, and one that comes by a form of the console."""
    from django.utils.datastructures import MultiValueDict  # noqa: PLC0415 -- after set-up

    from fangxian.interfaces.console.photos import WithPhotos  # noqa: PLC0415 -- as above
    from fangxian.interfaces.intake.photos import keep_photo  # noqa: PLC0415 -- as above
    from fangxian.privacy.keys import keyring_at  # noqa: PLC0415 -- as above
    from fangxian.privacy.sealing import public_key, seal  # noqa: PLC0415 -- as above

    digest = hashlib.sha256(PHOTOS["phone"]).hexdigest()
    server = public_key(keyring_at(settings.FANGXIAN_KEYRING))
    keep_photo(digest, seal(PHOTOS["phone"], about=digest, public=server))
    file = SimpleUploadedFile("a.jpg", PHOTOS["console"], "image/jpeg")
    form = WithPhotos({}, MultiValueDict({"photos": [file]}))
    assert form.is_valid(), form.errors


def workbook() -> bytes:
    """The list as a workbook, which another process reads."""
    from fangxian.interfaces.imports.refused import as_xlsx  # noqa: PLC0415 -- after set-up

    return as_xlsx([line.split(",") for line in LIST.splitlines()])


def send_lists(visitor: Client, world: Any) -> None:
    """Send one list four ways: left lying, a workbook too, and taken as arrivals."""
    file = SimpleUploadedFile(f"{SENT}.xlsx", workbook())
    said = {"file": file, "area": str(world["street"])}
    assert visitor.post(reverse("people_import_new"), said).status_code == 302
    for address in ("people_import_new", "people_import_new", "screening_import_new"):
        file = SimpleUploadedFile(SENT, LIST.encode("gb18030"))
        said = {"file": file, "area": str(world["street"]), "source": "checkpoint"}
        sent = visitor.post(reverse(address), said)
        assert sent.status_code == 302, address
    fields = visitor.get(sent.url).context["form"].fields
    answers = {name: field.initial or "" for name, field in fields.items()}
    assert SENT_NAME not in visitor.post(sent.url, answers).headers.get("Location", "")


def look_after(world: Any, decision: int, *, at: Any) -> None:
    """Begin to look after somebody at home; one of the five is no staff."""
    from fangxian.capabilities.home_watch import actions  # noqa: PLC0415 -- after set-up
    from fangxian.capabilities.home_watch.rules import Named  # noqa: PLC0415 -- as above
    from fangxian.capabilities.home_watch.states import Part  # noqa: PLC0415 -- as above
    from fangxian.kernel.actors import SYSTEM  # noqa: PLC0415 -- as above

    assert actions.open_watch(decision, by=SYSTEM, at=at) is not None
    name, telephone = VOLUNTEER
    team = {Part.VOLUNTEER: Named(name=name, telephone=telephone)}
    by = world.actor("community")
    actions.name_team(decision, team=team, id=UUID(int=0x1EF7), by=by, at=at)


def take_papers(visitor: Client, second: Client, watch: int, person: UUID) -> None:
    """Take the notice as a document and for print, masked and in clear."""
    said = {
        "form": "documents",
        "purpose": "notice",
        "recipient": "本人",
        "why": "送达",
    }
    asked = {"id": str(UUID(int=3)), "person": [str(person)], **said}
    visitor.post(reverse("people_exports_new"), asked)
    second.post(reverse("people_export_approve", args=[UUID(int=3)]))
    for form in ("docx", "pdf"):
        address = reverse("home_watch_paper", args=[watch, "notice", form])
        for answer in (visitor.get(address), visitor.post(address)):
            assert answer.status_code == 200


def send_acts(world: Any, *, at: Any) -> None:
    """Let a telephone send what is done, what is set aside, and what waits."""
    from fangxian.interfaces.intake.envelope import open_request  # noqa: PLC0415 -- after set-up
    from fangxian.interfaces.intake.inbox import Device, open_own  # noqa: PLC0415 -- as above
    from fangxian.interfaces.intake.processing import process  # noqa: PLC0415 -- as above

    def sent() -> bytes:
        body = {"form": "hearsay_call", "answers": {"note": SAID_BY_DEVICE}}
        moment = at.isoformat()
        said = {"id": str(uuid4()), "kind": "observation", "seen_at": moment}
        return json.dumps([{**said, "body": body}], ensure_ascii=False).encode()

    inbox = open_own()
    KEPT_OPEN.append(inbox)
    inbox.register(b"tag", Device("telephone", PEOPLE["grid"], world.posts["grid"]))
    for is_processed in (True, False):
        acts = open_request(sent(), device="telephone")
        assert inbox.keep([("telephone", acts)], at=at) == [["received"]]
        if is_processed:
            process(inbox, at=at)
    assert inbox.count("quarantined") == inbox.count("waiting") == 1


def run_commands(world: Any) -> None:
    """Write down what commands tell programs."""
    from click.testing import CliRunner  # noqa: PLC0415 -- after set-up

    from fangxian.interfaces.commands.main import fangxian  # noqa: PLC0415 -- as above

    with tempfile.TemporaryDirectory(dir=settings.FANGXIAN_DATA) as folder:
        path = Path(folder, SENT)
        path.write_bytes(LIST.encode("gb18030"))
        post = str(world.posts["community"])
        said = [
            ["import", "people", str(path), "--as", post, "--json"],
            ["import", "people", str(path), "--as", post, "--source", "big_data"],
            ["device", "quarantine"],
            ["verify", "--json"],
        ]
        told = [CliRunner().invoke(fangxian, words) for words in said]
    assert [one.exit_code for one in told] == [1, 1, 0, 0], [one.output for one in told]
    kept = "\n".join(one.output for one in told)
    (settings.FANGXIAN_DATA / "commands.txt").write_text(kept, "utf-8")
