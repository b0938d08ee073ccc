"""The words of the glossary are the words of the pages, the packs and the papers."""

import pathlib
import re


ROOT = pathlib.Path(__file__).parents[2]
CONSOLE = ROOT / "src" / "fangxian" / "interfaces" / "console"
ENTRY = re.compile(r"^\*\*(.+?)\*\*", re.MULTILINE)
CHINESE = re.compile(r"[\u3400-\u9fff]+")
SAID_IN = (
    *(CONSOLE / "locale" / "parts").glob("*.po"),
    *(ROOT / "protocols").rglob("*.yaml"),
    *(ROOT / "src" / "fangxian" / "capabilities").rglob("*.yaml"),
    *(ROOT / "README.md", *(ROOT / "docs" / "tutorial").glob("*.md")),
)

ON_NO_PAGE_YET = {"cohort 同批"}


def words_of(entry):
    """The Chinese of an entry's heading, without what is in brackets."""
    return CHINESE.findall(re.sub(r"\(.*?\)", "", entry))


def test_every_word_of_the_glossary_is_said_somewhere():
    said = "\n".join(path.read_text("utf-8") for path in SAID_IN)
    entries = ENTRY.findall((ROOT / "docs" / "glossary.md").read_text("utf-8"))
    unsaid = {
        entry
        for entry in entries
        if words_of(entry) and not any(word in said for word in words_of(entry))
    }

    assert len(entries) > 50
    assert unsaid - ON_NO_PAGE_YET == set()


def test_words_that_mislead_are_on_no_page():
    misleading = re.compile(r"检查点|摘要|回放|场景|领办")
    parts = sorted((CONSOLE / "locale" / "parts").glob("*.po"))
    found = [
        f"{path.name}:{number} {line}"
        for path in parts
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if misleading.search(line)
    ]

    assert found == []
