"""People at home: one in force with a fever, one whose five are short, one proposal."""

import datetime as dt
from collections.abc import Callable

from fangxian.capabilities.home_watch import actions as watching
from fangxian.capabilities.home_watch.rules import Named
from fangxian.capabilities.home_watch.states import Form, Outcome, Part
from fangxian.interfaces.imports import uploads
from fangxian.interfaces.imports.results import open_list, take_results
from fangxian.interfaces.imports.uploads import Upload
from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.ids import new_id
from fangxian.kernel.papers import Paper
from fangxian.mechanisms.ledger.people import actions as people
from fangxian.mechanisms.protocol.vocabulary import Grade, Kind
from fangxian.mechanisms.restriction import actions
from fangxian.mechanisms.restriction.states import Channel
from fangxian.privacy.masking import masked_telephone
from tests.examples import Example, Made
from tests.packs import adopted
from tests.people import PEOPLE
from tests.unit.mechanisms.ledger.people.folk import number
from tests.worlds import FOUNDED, NOON, World


HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
SIGNED_AT = NOON - 3 * DAY - 2 * HOUR
TELEPHONE = "10012342207"
FILE = "发热门诊结果.csv"
LABORATORY = "区医院检验科"
WATCHED = "王*明"
FIVE = {
    Part.CADRE: Named(person=PEOPLE["community"]),
    Part.GRID_WORKER: Named(person=PEOPLE["grid"]),
    Part.MEDIC: Named(name="何医生", telephone="10055550001"),
    Part.POLICE: Named(person=PEOPLE["police"]),
    Part.VOLUNTEER: Named(name="林志愿", telephone="10055550002"),
}


def _watch(made: Made) -> list[int]:
    return [made["watch"]]


def _canary(made: Made) -> list[str]:
    return [made["watched"]]


def _one(text: str) -> Callable[[Made], list[str]]:
    def canary(made: Made) -> list[str]:
        del made  # the text is the same whatever was made
        return [text]

    return canary


def _of_watch(who: str = "alice") -> Example:
    return Example(who=who, args=_watch, canaries=_one(WATCHED))


EXAMPLES = {
    "home_watch": Example(canaries=_canary),
    "home_watch_one": _of_watch(),
    "home_watch_record": Example(
        args=lambda made: [made["watch"], "health_record"], canaries=_one(WATCHED)
    ),
    "home_watch_team": _of_watch("community"),
    "home_watch_paper": Example(
        args=lambda made: [made["watch"], "notice", "docx"],
        post_only=True,
        same_for_all="a file, and its scope is tested with the papers",
    ),
    "results": Example(who="hospital", canaries=_canary),
    "results_find": Example(
        who="hospital", post_only=True, same_for_all="what is looked for is posted"
    ),
    "result_new": Example(who="hospital", args=_watch, canaries=_canary),
    "result_withdraw": Example(
        who="hospital",
        args=lambda made: [made["result"]],
        canaries=_one("钱*"),
    ),
    "results_imports": Example(who="hospital", canaries=_one(FILE)),
    "results_import_new": Example(who="hospital", canaries=_one("二七区")),
    "results_import_columns": Example(
        who="hospital",
        args=lambda made: [made["results_upload"]],
        canaries=_one("赵不知"),
    ),
    "results_import_one": Example(
        who="hospital", args=lambda made: [made["results_list"]], canaries=_one(FILE)
    ),
    "results_import_refused": Example(
        who="hospital",
        args=lambda made: [made["results_list"], "csv"],
        post_only=True,
        same_for_all="a file of its sender's own; its scope is tested with the lists",
    ),
    "decision": _of_watch(),
    "decision_appeal": _of_watch(),
    "decision_release": _of_watch("cdc"),
    "cohorts": Example(who="cdc", canaries=_one("二七区")),
    "cohorts_propose": Example(
        who="cdc", post_only=True, same_for_all="it names nobody"
    ),
    "cohort": Example(
        who="cdc",
        args=lambda made: [made["cohort"]],
        canaries=_one(masked_telephone("10012342301")),
    ),
    "appeals": Example(who="hospital", canaries=_one("钱*")),
    "appeal": Example(
        who="hospital",
        args=lambda made: [made["appeal"]],
        canaries=_one("没有去过那里"),
    ),
}


class _Making:
    """The acts that lead to people at home, each with an id of its own."""

    def __init__(self, world: World) -> None:
        self.world, self.number = world, 0x4000

    def new_id(self, at: dt.datetime):
        self.number += 1
        return new_id(at, self.number.to_bytes(10))

    def back(self, name, telephone, *, serial, left_on, at, area="grid"):
        """Register somebody who came back from Hangu, and state it."""
        person = people.register_person(
            name=name,
            paper=Paper.CITIZEN,
            number=number(serial),
            telephone=telephone,
            area=self.world[area],
            source="test",
            by=SYSTEM,
            at=FOUNDED,
        ).person
        actions.record_evidence(
            id=self.new_id(at),
            subject=person,
            kind=Kind.STAY,
            grade=Grade.B,
            states={"stay.area": "120116.hangu", "stay.left_on": left_on},
            seen_at=at - HOUR,
            area=self.world[area],
            by=self.world.actor("police"),
            at=at,
        )
        return person

    def signed(self, at):
        """Evaluate and sign for everybody of the district."""
        doctor = self.world.actor("cdc")
        district = self.world["district"]
        cohorts = actions.propose(pack="covid19-cn", area=district, by=doctor, at=at)
        return {
            decision.subject: decision.pk
            for cohort in cohorts
            for decision in actions.sign(cohort.pk, by=doctor, at=at)
        }

    def health(self, watch, at, **answers):
        said = {"reached": True, "temperature": 364, "left_home": False, **answers}
        self.visit(watch, Form.HEALTH, said, at)

    def visit(self, watch, form, answers, at):
        watching.record_visit(
            watch,
            form,
            id=self.new_id(at),
            answers=answers,
            seen_at=at,
            by=self.world.actor("grid"),
            at=at,
        )


def make(world: World, made: Made) -> None:
    """Bring three people home, look after them for three days, and propose a fourth."""
    adopted("covid19-cn", world["city"])
    making = _Making(world)
    wang = making.back(
        "王小明", TELEPHONE, serial=417, left_on="2020-11-05", at=SIGNED_AT
    )
    qian = making.back(
        "钱二", "10012342208", serial=518, left_on="2020-10-31", at=SIGNED_AT
    )
    decisions = making.signed(SIGNED_AT)
    for decision in decisions.values():
        watching.open_watch(decision, by=SYSTEM, at=SIGNED_AT)
    made["watch"], other = decisions[wang], decisions[qian]
    made["watched"] = masked_telephone(TELEPHONE)
    _look_after(making, world, made["watch"])
    _sample(making, world, made, other)
    watching.name_team(
        other,
        team={part: FIVE[part] for part in (Part.CADRE, Part.GRID_WORKER)},
        id=making.new_id(NOON),
        by=world.actor("community"),
        at=SIGNED_AT + 2 * HOUR,
    )
    made["appeal"] = actions.file_appeal(
        other,
        said="我十月就回来了，没有去过那里。",
        channel=Channel.WORKER,
        by=world.actor("grid"),
        at=NOON - 3 * HOUR,
    ).pk
    making.back("孙三", "10012342301", serial=619, left_on="2020-11-07", at=NOON - HOUR)
    [cohort] = actions.propose(
        pack="covid19-cn",
        area=world["district"],
        by=world.actor("cdc"),
        at=NOON - HOUR,
    )
    made["cohort"] = cohort.pk


def _look_after(making: _Making, world: World, watch: int) -> None:
    """Three days of records: one late, one missed, the last one a fever."""
    watching.name_team(
        watch,
        team=FIVE,
        id=making.new_id(SIGNED_AT),
        by=world.actor("community"),
        at=SIGNED_AT + HOUR,
    )
    told = {"handed_over": True, "appeal_explained": True}
    making.visit(watch, Form.NOTICE, told, SIGNED_AT + 2 * HOUR)
    making.health(watch, SIGNED_AT + 8 * HOUR)
    for day in range(3):
        morning = NOON - (2 - day) * DAY - 4 * HOUR
        watching.plan_watch(
            area=world["city"],
            day=morning.date(),
            by=SYSTEM,
            at=morning - 8 * HOUR,
        )
        if day == 1:
            making.health(watch, morning + 3 * HOUR, temperature=367)
            continue
        making.health(watch, morning, temperature=365)
        if day == 0:
            making.health(watch, morning + 10 * HOUR, symptoms=["cough"])


def _sample(making: _Making, world: World, made: Made, other: int) -> None:
    """Two samples that wait, one result, and a list of which one row was refused."""
    by = world.actor("hospital")
    for watch, day in ((made["watch"], 1), (other, 2), (other, 1)):
        at = NOON - day * DAY - HOUR
        sampled_on = at.date().isoformat()
        answers = {"sampled": True, "sampled_on": sampled_on}
        making.visit(watch, Form.SAMPLING, answers, at)
    result = watching.take_result(
        other,
        id=making.new_id(NOON),
        outcome=Outcome.NEGATIVE,
        sampled_on=(NOON - 2 * DAY).date(),
        laboratory=LABORATORY,
        received_at=NOON - 5 * HOUR,
        by=by,
        at=NOON - 4 * HOUR,
    )
    made["result"] = result.pk
    lines = (
        "姓名,证件号码,联系电话,采样日期,检测结果,报告时间",
        f"赵不知,{number(777)},10012349999,2020-11-08,阴性,2020-11-09 08:00",
        f"钱二,{number(518)},10012342208,2020-11-07,阴性,2020-11-09 07:00",
    )
    content = "\n".join(lines).encode()
    listed = take_results(
        open_list(content),
        content=content,
        file_name=FILE,
        laboratory=LABORATORY,
        area=world["district"],
        by=by,
        at=NOON - 3 * HOUR,
    )
    made["results_list"] = listed.batch
    upload = Upload(FILE, content, world["district"], f"laboratory:{LABORATORY}")
    made["results_upload"] = uploads.keep(upload, by=by, at=NOON)
