"""A list of places with every fault at once, and what must become of each row.

Everything is invented; the same seed makes the same list.
"""

import random
from collections import Counter
from dataclasses import dataclass, field

from fangxian.kernel.identifiers import LEGAL_CODE_ALPHABET, likely_legal_codes
from tests.unit.mechanisms.ledger.ledgers import KINDS, legal_code


HEADINGS = (
    "序号",
    "所属社区",
    "单位名称",
    "统一社会信用代码",
    "详细地址",
    "联系人",
    "联系电话",
    "场所类别",
    "开业日期",
)
TITLE = "福华街街道重点场所台账（内部使用）"
COMMUNITIES = ("福华社区", "建中社区")
TRADES = {
    "hotel": "宾馆",
    "restaurant": "饭店",
    "supermarket": "超市",
    "clinic": "诊所",
    "care_home": "养老院",
}
FAMILY_NAMES = "赵钱孙李周吴郑王冯陈"
DAY_SPELLINGS = (
    "{y}-{m:02}-{d:02}",
    "{y}/{m}/{d}",
    "{y}.{m:02}.{d:02}",
    "{y}年{m}月{d}日",
    "{y}{m:02}{d:02}",
    "{y}-{m:02}-{d:02} 08:30",
    "",
)
ADDED, KNOWN = "added", "known"
EACH = 25  # rows with each fault


@dataclass
class FaultyList:
    """The rows of the list, what becomes of each, and the row each should have been."""

    seed: int
    rows: list[dict[str, str]] = field(default_factory=list)
    meant: list[dict[str, str]] = field(default_factory=list)
    outcomes: list[frozenset[str]] = field(default_factory=list)

    def table(self):
        """The cells below the headings, in the order of the columns."""
        return [[row[heading] for heading in HEADINGS] for row in self.rows]

    def counts(self):
        return Counter(code for outcome in self.outcomes for code in outcome)

    def numbers(self, outcome, *, first):
        """The numbers of the rows with an outcome, when the list begins at ``first``."""
        return [
            first + place
            for place, found in enumerate(self.outcomes)
            if outcome in found
        ]


def good_row(random_, number):
    """A row without fault, its name unlike every other's."""
    kind = random_.choice(tuple(TRADES))
    family = random_.choice(FAMILY_NAMES)
    spelling = random_.choice(DAY_SPELLINGS)
    day = {"y": random_.randint(2000, 2019), "m": random_.randint(1, 12)}
    return {
        "序号": str(number),
        "所属社区": random_.choice(COMMUNITIES),
        "单位名称": f"{family}记{number}号{TRADES[kind]}",
        "统一社会信用代码": legal_code(number) if random_.random() < 0.8 else "",
        "详细地址": f"福华街{number}号",
        "联系人": f"{family}某",
        "联系电话": f"100{number:08}" if random_.random() < 0.9 else "0371-66660000",
        "场所类别": KINDS[kind][random_.choice((0, 0, 0, 1))],
        "开业日期": spelling.format(**day, d=random_.randint(13, 28)),
    }


def with_code(row, number):
    """The row with a legal code, whatever it had."""
    return {**row, "统一社会信用代码": legal_code(number)}


def misread(random_, row, number):
    code = legal_code(number)
    place = random_.choice([n for n, sign in enumerate(code) if sign in "01"])
    typo = {"0": "O", "1": "I"}[code[place]]
    return {**row, "统一社会信用代码": code[:place] + typo + code[place + 1 :]}


def wrong_code(random_, row, number):
    """A code with one wrong sign that resembles nothing."""
    code = legal_code(number)
    while True:
        place = random_.randrange(8, 17)
        wrong = code[:place] + random_.choice(LEGAL_CODE_ALPHABET) + code[place + 1 :]
        if wrong != code and not likely_legal_codes(wrong):
            return {**row, "统一社会信用代码": wrong}


def exchanged(row, one, other):
    return {**row, one: row[other], other: row[one]}


def set_cell(heading, *values):
    """A fault that writes one of these values into a column."""

    def spoil(random_, row, number):  # noqa: ARG001 -- every fault is called alike
        return {**row, heading: random_.choice(values)}

    return spoil


# By what the row must be refused for: how a good row is spoilt.
FAULTS = {
    "ledger.code_misread": misread,
    "ledger.code_wrong": wrong_code,
    "ledger.code_length": set_cell("统一社会信用代码", "91410103", "无", "914101030"),
    "ledger.code_is_personal": set_cell("统一社会信用代码", "110105194912310021"),
    "imports.number_shortened": set_cell("统一社会信用代码", "9.14101E+17"),
    "ledger.telephone_wrong": set_cell("联系电话", "12345", "1381234567", "无"),
    "imports.kind_misspelt": set_cell("场所类别", "宾馆酒家", "小诊", "超巿"),
    "ledger.kind_unknown": set_cell("场所类别", "宇宙飞船", "?"),
    "imports.area_misspelt": set_cell("所属社区", "福花社区", "建中小区社"),
    "imports.area_unknown": set_cell("所属社区", "月球", "X"),
    "imports.cell_missing": set_cell("场所类别", ""),
    "imports.date_unclear": set_cell("开业日期", "9/11/2018", "2018-13-01", "去年"),
    "ledger.name_missing": set_cell("单位名称", "", "——"),
}
SWAPS = (
    ("单位名称", "统一社会信用代码"),
    ("联系人", "联系电话"),
    ("所属社区", "场所类别"),
)
TWO_FAULTS = frozenset({"ledger.telephone_wrong", "imports.date_unclear"})


def faulty_list(*, seed, rows=5000):
    """A list of this many rows: each fault ``EACH`` times, the rest good.

    The first rows are meant to be on the ledger already (``KNOWN``).
    """
    random_ = random.Random(seed)
    listed = FaultyList(seed)
    plan = [{ADDED}] * rows
    spoilt = random_.sample(range(EACH * 2, rows), EACH * (len(FAULTS) + 5))
    marks = [*FAULTS, *(f"swapped {n}" for n in range(3)), "two faults", "twin"]
    for mark in marks:
        for _ in range(EACH):
            plan[spoilt.pop()] = {mark}
    plan[:EACH] = [{KNOWN}] * EACH
    for number, [mark] in enumerate(plan, start=1):
        _append(listed, random_, mark, number)
    return listed


def _append(listed, random_, mark, number):
    row = good_row(random_, number)
    outcome = {mark}
    meant = row
    if mark in FAULTS:
        spoilt = FAULTS[mark](random_, row, number)
    elif mark.startswith("swapped"):
        meant = with_code(row, number)
        spoilt = exchanged(meant, *SWAPS[int(mark[-1])])
        outcome = {"imports.cells_swapped"}
    elif mark == "two faults":
        spoilt = {**row, "联系电话": "12345", "开业日期": "去年"}
        outcome = TWO_FAULTS
    elif mark == "twin":
        first = random_.choice(listed.meant[:EACH])
        spoilt = {**first, "单位名称": f" {first['单位名称']}（有限公司）"}
        outcome = {"ledger.same_as_row"}
    else:
        spoilt = row
    listed.rows.append(spoilt)
    listed.meant.append(meant)
    listed.outcomes.append(frozenset(outcome))
