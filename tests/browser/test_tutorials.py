"""The steps of the tutorials' chapters about people, done as they are told there.

The grid worker's are done by ``test_day_again``. What others need is left to them:
each test goes its own way through the installation that may be changed.
"""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, Visitors
from tests.browser.steps import answer, picture, saved, section


pytestmark = pytest.mark.browser

CAME = "欧***鹂"  # from an area at risk, and nobody has been at her door
LIST = """姓名,证件类型,证件号码,联系电话,所属社区,来源地,离开日期,返郑日期,车次/航班
苗小满,护照,E99000021,10098760021,福华社区,上海市浦东新区祝桥镇,2020-11-06,2020-11-08,G1806
谷立夏,身份证,990103197906134170,10098760022,福华社区,天津市滨海新区汉沽街,2020-11-07,2020-11-08,G1709
霍秋分,护照,E99000023,10098760023,福华社区,安徽省阜阳市颍上县,2020-11-05,2020-11-18,K1102
,护照,E99000024,10098760024,福华社区,内蒙古满洲里市,2020-11-06,2020-11-08,D6756
"""
CORRECTED = """姓名,证件类型,证件号码,联系电话,所属社区,来源地,离开日期,返郑日期,车次/航班
霍秋分,护照,E99000023,10098760023,福华社区,安徽省阜阳市颍上县,2020-11-05,2020-11-08,K1102
"""
RESULTS = """姓名,证件号码,采样日期,检测结果,报告时间
钱二,990103197906135186,2020-11-05,阴性,2020-11-09 08:00
金铃子,990103197906137771,2020-11-08,阴性,2020-11-09 08:00
钱二,990103197906135186,2020-11-08,阴性,2020-11-09 08:00
钱二,990103197906135186,2020-11-08,阳性,2020-11-09 08:00
"""


@pytest.fixture(scope="module")
def visitors(chromium: Browser, own_site: Site) -> Visitors:
    """Browsers of the people of the installation that may be changed."""
    return Visitors(chromium, own_site)


@pytest.fixture
def at_work(visitors: Visitors):
    """``at_work("street")`` is the street's browser, at what today asks of it."""

    def of(who: str) -> Page:
        page = visitors.page(who)
        page.goto("/today/")
        return page

    return of


def part(page: Page, name: str) -> None:
    """Go to one of the parts of a section."""
    page.locator("nav.tabs").get_by_role("link", name=name, exact=True).click()


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("main").get_by_role("button", name=name).first.click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("link", name=name).first.click()


def to_the_first_row(page: Page) -> None:
    page.locator("table.rows tbody a").first.click()


# ------------------------------------------------------------------------ the street
def test_the_street_sees_who_misses_a_record(at_work):
    page = at_work("street")
    section(page, "居家")
    expect(page.locator("table.rows .chip.late").first).to_be_visible()
    picture(page, "at-home-today-zh")


def test_the_street_is_the_second_person_of_an_export(at_work):
    page = at_work("street")
    section(page, "台账")
    part(page, "导出")
    to_the_first_row(page)
    picture(page, "second-person-zh")
    press(page, "批准")
    saved(page)


def test_the_street_reads_who_somebody_is_when_another_agrees(at_work):
    page = at_work("street")
    section(page, "台账")
    part(page, "人员")
    to_the_first_row(page)
    follow(page, "申请查看身份")
    page.locator("[name=why]").fill("本人来电申诉，须核对是不是同一人")
    press(page, "提交审批")
    saved(page)

    community = at_work("community")
    community.goto(page.url)
    press(community, "批准")
    saved(community)

    page.reload()
    press(page, "现在查看")
    expect(page.get_by_text("已留痕").first).to_be_visible()


# ------------------------------------------------------------------- the community
def test_the_community_takes_a_list_in_and_corrects_it(at_work):
    page = at_work("community")
    section(page, "排查")
    follow(page, "导入名单")
    _send(page, "返郑人员.csv", LIST)
    refused = page.locator("#refused tbody tr")
    expect(refused).to_have_count(3)
    picture(page, "refused-rows-zh")

    follow(page, "上传改正后的名单")
    _send(page, "返郑人员（改正）.csv", CORRECTED)
    expect(refused).to_have_count(0)


def _send(page: Page, name: str, rows: str) -> None:
    """Send a list, and take it in as it is understood."""
    file = {"name": name, "mimeType": "text/csv", "buffer": rows.encode("gb18030")}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_label("名单来源").select_option(label="卡点登记")
    press(page, "上传")
    press(page, "导入")
    saved(page)


def test_the_community_settles_two_entries_that_look_alike(at_work):
    page = at_work("community")
    section(page, "台账")
    part(page, "人员")
    part(page, "疑似同一人")
    follow(page, "核对")
    evidence = "电话问过本人：两次登记的是她一人，身份证由网格员看过。"
    page.get_by_label("凭什么认定是一人或两人").fill(evidence)
    picture(page, "alike-zh")
    press(page, "是同一人")
    saved(page)


FIVE = {
    "medic_name": "何医生",
    "medic_telephone": "10055550001",
    "police_name": "景警官",
    "police_telephone": "10055550003",
    "volunteer_name": "林志愿",
    "volunteer_telephone": "10055550002",
}


def test_the_community_names_the_five_and_asks_for_the_papers(at_work):
    page = at_work("community")
    section(page, "居家")
    page.locator("a.tile[href*='short']").click()
    to_the_first_row(page)
    follow(page, "确定责任人")
    for name, given in FIVE.items():
        page.locator(f"[name={name}]").fill(given)
    picture(page, "five-zh")
    press(page, "保存")
    expect(page.locator(".flash.success")).to_contain_text("5")

    follow(page, "申请使用全名")
    page.get_by_label("接收人").fill("居家人员本人，由网格员送达")
    page.locator("[name=why]").fill("告知书要写全名并由本人签收")
    picture(page, "papers-zh")
    press(page, "提交审批")
    saved(page)


# ----------------------------------------------------------------------- the doctors
VERIFIED = {
    "已见到本人": "是",
    "行程核实": "与登记一致",
    "查验的凭据": "车票、机票",
    "住在本辖区": "是",
    "同行同住人数": "0",
    "已告知防控要求": "是",
}


def test_the_doctor_signs_what_follows_from_a_visit(at_work):
    community = at_work("community")
    section(community, "排查")
    part(community, "待入户核查")
    owed = community.locator("table.rows tbody tr").filter(has_text=CAME)
    owed.get_by_role("link", name="填写核查").click()
    answer(community, VERIFIED)

    page = at_work("cdc")
    section(page, "居家")
    follow(page, "待签批次")
    press(page, "立即研判证据")
    saved(page)
    page.locator("table.rows").first.locator("tbody a").last.click()
    expect(page.get_by_role("table")).to_contain_text(CAME)
    picture(page, "cohort-zh")
    press(page, re.compile("^签字"))
    saved(page)


def test_the_hospital_takes_a_result_down(at_work):
    page = at_work("hospital")
    picture(page, "hospital-today-zh")
    section(page, "检测")
    follow(page, "录入结果")
    page.get_by_label("阴性", exact=True).check()
    page.get_by_label("检测机构").fill("发热门诊检验科")
    picture(page, "result-zh")
    press(page, "保存")
    saved(page)
    part(page, "已出结果")
    expect(page.locator("table.rows")).to_contain_text("发热门诊检验科")


def test_the_hospital_takes_a_list_of_results_in(at_work):
    page = at_work("hospital")
    section(page, "检测")
    follow(page, "导入结果名单")
    file = {"name": "结果.csv", "mimeType": "text/csv", "buffer": RESULTS.encode()}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_label("检测机构").fill("发热门诊检验科")
    press(page, "上传")
    press(page, "导入")
    saved(page)
    refused = page.locator("#refused tbody tr")
    expect(refused).to_have_count(4)
    expect(refused.first).to_contain_text("没有2020-11-05采样的记录")
    picture(page, "results-list-zh")


def test_another_doctor_answers_an_objection(at_work):
    hospital = at_work("hospital")
    section(hospital, "居家")
    follow(hospital, "申诉")
    to_the_first_row(hospital)
    hospital.get_by_label("申诉不成立").check()
    hospital.get_by_label("原因").fill("网格员看过车票：10月31日才离开汉沽。")
    picture(hospital, "objection-zh")
    press(hospital, "答复")
    saved(hospital)

    doctor = at_work("cdc")
    doctor.goto(hospital.url)
    picture(doctor, "decision-zh")
    follow(doctor, "提前解除")
    doctor.get_by_label("原因").fill("复查购票记录：10月22日已离开，期限早已满。")
    press(doctor, "签字解除")
    saved(doctor)
