"""A list of returnees with every fault at once, and what must become of each row.

Everybody is invented; the same seed makes the same list.
"""

import csv
import io
import random
from collections import Counter
from dataclasses import dataclass, field

from fangxian.kernel.identifiers import citizen_check


HEADINGS = (
    *("序号", "姓名", "性别", "证件类型", "身份证号", "联系电话", "所属社区"),
    *("楼栋", "单元", "房号", "现住址", "出生日期", "返郑日期", "来源地"),
    *("监护人", "监护人电话", "与本人关系", "备注"),
)
TITLE = "福华街街道返郑人员排查台账（内部使用）"
COMMUNITIES = ("福华社区", "建中社区")
FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "梓涵雨轩欣怡浩然子墨诗琪俊杰思远佳宁文博晓燕志强海波丽娟春梅国庆玉兰"
DAYS = ("{y}-{m:02}-{d:02}", "{y}/{m}/{d}", "{y}.{m:02}.{d:02}", "{y}年{m}月{d}日",
        "{y}{m:02}{d:02}", "{y}-{m:02}-{d:02} 08:30")  # fmt: skip
ADDED, KNOWN = "added", "known"
FIRST = 4  # two rows of titles, one of headings
EACH = 20  # rows with each fault


@dataclass
class FaultyList:
    """The rows of the list and what becomes of each."""

    rows: list[dict[str, str]] = field(default_factory=list)
    meant: list[dict[str, str]] = field(default_factory=list)
    outcomes: list[frozenset[str]] = field(default_factory=list)

    def table(self):
        """The cells below the headings, in the order of the columns."""
        return [[row[heading] for heading in HEADINGS] for row in self.rows]

    def counts(self):
        return Counter(code for outcome in self.outcomes for code in outcome)

    def numbers(self, outcome):
        """The numbers that the rows with an outcome have in the file."""
        return [FIRST + n for n, found in enumerate(self.outcomes) if outcome in found]


def as_csv(rows, *, encoding="gb18030", headings=HEADINGS):
    """The list as a spreadsheet saves it in China."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([[TITLE], ["填表单位", "", "日期"], headings, *rows])
    return text.getvalue().encode(encoding)


def id_number(serial, *, born):
    """Make a right number that never ends in three zeros, as cut ones do."""
    body = f"99{serial // 90 % 10_000:04}{born}{10 + serial % 90:03}"
    return body + citizen_check(body)


def good_row(random_, serial):
    """A row without fault; its number and telephone are nobody else's."""
    year, month, day = 1930 + serial % 85, 1 + serial % 12, 13 + serial % 15
    number = id_number(serial, born=f"{year}{month:02}{day:02}")
    spelling = random_.choice(DAYS)
    born = {"y": year, "m": month, "d": day}
    is_small = year > 2010
    return {
        "序号": str(serial),
        "姓名": random_.choice(FAMILY) + "".join(random_.choices(GIVEN, k=2)),
        "性别": "男" if serial % 2 else "女",
        "证件类型": random_.choice(("居民身份证", "身份证", "")),
        "身份证号": number.lower() if random_.random() < 0.1 else number,
        "联系电话": "" if is_small else f"100{serial:08}",
        "所属社区": random_.choice(COMMUNITIES),
        "楼栋": f"{1 + serial % 30}号楼",
        "单元": f"{1 + serial % 4}单元",
        "房号": str(101 + serial) if serial % 3 else "",
        "现住址": f"福华街{serial}号院",
        "出生日期": random_.choice(
            (random_.choice(DAYS).format(**born), str(year), "")
        ),
        "返郑日期": spelling.format(y=2020, m=11, d=1 + serial % 9),
        "来源地": "乌鲁木齐市",
        "监护人": "张桂香" if is_small else "",
        "监护人电话": f"1009{serial:07}" if is_small else "",
        "与本人关系": "母子" if is_small else "",
        "备注": "",
    }


# ---------------------------------------------------------------------------- faults
def wrong_check(_random, row, _serial):
    number = row["身份证号"].upper()
    last = "0" if number[-1] != "0" else "1"
    return {**row, "身份证号": number[:-1] + last, "证件类型": ""}


def no_birthday(_random, row, serial):
    number = id_number(serial, born="19791332")
    return {**row, "身份证号": number, "出生日期": ""}


def cut_to_zeros(_random, row, _serial):
    number = row["身份证号"].upper()[:15] + "000"
    return {**row, "身份证号": number, "证件类型": "身份证"}


def other_sex(_random, row, _serial):
    return {**row, "性别": "女" if row["性别"] == "男" else "男"}


def other_year(_random, row, _serial):
    return {**row, "出生日期": "1925-01-01"}


def set_cells(**columns):
    """A fault that writes one of these values into each of these columns."""

    def spoil(random_, row, serial):  # noqa: ARG001 -- every fault is called alike
        return {**row, **{name: random_.choice(v) for name, v in columns.items()}}

    return spoil


FAULTS = {
    "ledger.number_check": wrong_check,
    "ledger.number_birthday": no_birthday,
    "ledger.number_shape": set_cells(
        身份证号=("41010319790613417", "9901031979061341"), 证件类型=("身份证",)
    ),
    "imports.number_shortened": set_cells(身份证号=("4.10103E+17", "4.1E+17")),
    "imports.paper_unclear": set_cells(
        身份证号=("12345678", "M1234567801"), 证件类型=("",)
    ),
    "imports.paper_unheard_of": set_cells(证件类型=("会员卡", "学生证")),
    "ledger.telephone_undiallable": set_cells(联系电话=("12345", "1381234567", "无")),
    "imports.area_misspelt": set_cells(所属社区=("福花社区", "建中小区社")),
    "imports.cell_missing": set_cells(所属社区=("",)),
    "imports.date_unclear": set_cells(返郑日期=("9/11/2020", "2020-13-01", "昨天")),
    "imports.day_ahead": set_cells(返郑日期=("2021-11-09", "2020年11月10日")),
    "imports.word_unclear": set_cells(性别=("未说明", "?")),
    "ledger.person_name_missing": set_cells(姓名=("", "——")),
    "ledger.sex_differs": other_sex,
    "ledger.birth_year_differs": other_year,
}
SWAPS = (("姓名", "身份证号"), ("姓名", "联系电话"), ("姓名", "所属社区"),
         ("身份证号", "联系电话"))  # fmt: skip
CUT = "imports.number_shortened"


def faulty_list(size, *, seed, each=EACH):
    """Make a list of ``size`` rows, ``each`` of every fault among them."""
    random_ = random.Random(seed)
    made = FaultyList()
    plan = [(code, spoil) for code, spoil in FAULTS.items() for _ in range(each)]
    plan += [(CUT, cut_to_zeros)] * each
    plan += [
        ("imports.cells_swapped", swap) for swap in SWAPS for _ in range(each // 4)
    ]
    plan += [("ledger.same_person_as_row", None)] * each
    plan += [(ADDED, None)] * (size - len(plan))
    head, rest = plan[-each:], plan[:-each]
    random_.shuffle(rest)
    for serial, (code, spoil) in enumerate([*head, *rest], start=1):
        _add(made, random_, serial, code, spoil)
    return made


def _add(made, random_, serial, code, spoil):
    meant = good_row(random_, serial)
    if code == "ledger.same_person_as_row":
        twin = random_.choice(made.meant[:EACH])
        row = {**twin, "联系电话": meant["联系电话"] or "10099999999"}
    elif isinstance(spoil, tuple):
        meant["联系电话"] = meant["联系电话"] or f"100{serial:08}"
        one, other = spoil
        row = {**meant, one: meant[other], other: meant[one]}
    else:
        row = spoil(random_, meant, serial) if spoil else meant
    made.rows.append(row)
    made.meant.append(meant)
    made.outcomes.append(frozenset({code}))
