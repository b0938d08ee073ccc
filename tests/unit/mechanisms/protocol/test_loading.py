import shutil

import pytest

from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.protocol.loading import FILE_WRONG, NO_PACK, load_pack
from fangxian.mechanisms.protocol.packs import read_pack
from fangxian.mechanisms.protocol.reading import PACK_WRONG
from tests.packs import PROTOCOLS, pack_of


@pytest.fixture
def folder(tmp_path):
    """A copy of the made-up library that a test may spoil."""
    return shutil.copytree(PROTOCOLS / "lending-library", tmp_path / "library")


def spoil(folder, file, old, new):
    path = folder / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def refused(folder):
    with pytest.raises(Refusal) as refusal:
        load_pack(folder)
    return refusal.value


# ------------------------------------------------------------------------- sound
def test_a_pack_read_from_files_is_the_pack_read_from_its_content():
    pack = pack_of("lending-library")

    assert read_pack(pack.content) == pack


def test_the_digest_is_of_the_content_alone(folder):
    (folder / "forms" / "notes.txt").write_text("not a part of the pack")

    assert load_pack(folder).digest == pack_of("lending-library").digest


def test_any_change_of_content_changes_the_digest(folder):
    spoil(folder, "pack.yaml", "A made-up library that tests", "A library that tests")

    assert load_pack(folder).digest != pack_of("lending-library").digest


def test_pieces_in_many_files_are_taken_in_the_order_of_the_names(folder):
    text = (folder / "clauses" / "all.yaml").read_text()
    first, rest = text.split("- clause: air_damp_shelves", 1)
    (folder / "clauses" / "all.yaml").unlink()
    (folder / "clauses" / "2.yaml").write_text("- clause: air_damp_shelves" + rest)
    (folder / "clauses" / "1.yaml").write_text(first)

    assert load_pack(folder).clauses == pack_of("lending-library").clauses


# --------------------------------------------------------------- YAML's surprises
@pytest.mark.parametrize(
    ("spelt", "read"),
    [
        ("no", "no"),
        ("on", "on"),
        ("17:00", "17:00"),
        ("2020-11-05", "2020-11-05"),
        ("1.10", "1.10"),
        ("0x10", "0x10"),
        ("007", "007"),
        ("'7'", "7"),
        ("'true'", "true"),
    ],
)
def test_words_stay_what_they_look_like(folder, spelt, read):
    spoil(folder, "pack.yaml", 'version: "1"', f"version: {spelt}")

    assert load_pack(folder).version == read


@pytest.mark.parametrize("spelt", ["7", "-7", "0", "true", "false"])
def test_numbers_and_truths_are_not_text(folder, spelt):
    spoil(folder, "pack.yaml", 'version: "1"', f"version: {spelt}")
    refusal = refused(folder)

    assert refusal.kind is PACK_WRONG
    assert refusal.sentence == ("pack.yaml:3 (pack.version): a text is needed here.")


@pytest.mark.parametrize("spelt", ["", "null", "~"])
def test_an_empty_value_is_refused_where_it_stands(folder, spelt):
    spoil(folder, "pack.yaml", 'version: "1"', f"version: {spelt}")
    refusal = refused(folder)

    assert refusal.kind is FILE_WRONG
    assert refusal.sentence == "pack.yaml:3: a value is missing."


# -------------------------------------------------------------------- bad files
def test_a_folder_without_a_pack(tmp_path):
    refusal = refused(tmp_path)

    assert refusal.kind is NO_PACK
    assert "pack.yaml is missing" in refusal.sentence


def test_a_folder_without_kinds(folder):
    (folder / "kinds.yaml").unlink()

    assert "kinds.yaml is missing" in refused(folder).sentence


def test_broken_yaml_is_told_with_its_line(folder):
    (folder / "texts" / "all.yaml").write_text("- text: a\n  title: {zh: x\n- b\n")
    refusal = refused(folder)

    assert refusal.kind is FILE_WRONG
    assert refusal.sentence.startswith("texts/all.yaml:4: ")


def test_a_key_given_twice(folder):
    spoil(folder, "pack.yaml", 'version: "1"', 'version: "1"\nversion: "2"')

    assert refused(folder).sentence == (
        "pack.yaml:4: a key is given twice or is not a word."
    )


def test_an_alias_is_refused_and_so_no_bomb_goes_off(folder):
    (folder / "texts" / "all.yaml").write_text("- &a {x: [1, 2]}\n- *a\n")
    refusal = refused(folder)

    assert refusal.kind is FILE_WRONG
    assert "an alias is not allowed" in refusal.sentence


def test_an_empty_file(folder):
    (folder / "texts" / "all.yaml").write_text("# nothing\n")

    assert refused(folder).sentence == "texts/all.yaml: the file is empty."


def test_another_encoding(folder):
    text = (folder / "pack.yaml").read_text()
    (folder / "pack.yaml").write_bytes(text.encode("gb18030"))

    assert refused(folder).sentence == "pack.yaml: it is not UTF-8."


def test_a_file_too_large_to_be_a_policy(folder):
    (folder / "pack.yaml").write_text("#" * 1_000_001)

    assert refused(folder).sentence == "pack.yaml: the file is too large."


def test_a_mistake_deep_inside_is_told_with_file_line_and_path(folder):
    spoil(folder, "clauses/all.yaml", 'due: "17:00"', 'due: "five"')
    refusal = refused(folder)

    assert refusal.sentence == (
        "clauses/all.yaml:6 (clauses[0].windows[0].due): five is not a time."
    )
    assert refusal.remedy == 'Write it in quotes, as "17:00".'
