import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxian.kernel.conditions import (
    ALWAYS,
    MALFORMED,
    TOO_DEEP,
    UNKNOWN_FACT,
    UNKNOWN_OPERATOR,
    WRONG_TYPE,
    Literal,
    Type,
    check,
    evaluate,
    facts_of,
    fits,
    parse,
    write,
)
from fangxian.kernel.refusals import Refusal


VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "conditions.json").read_text()
)
ANSWERED = [vector for vector in VECTORS if "answer" in vector]
TYPED = [vector for vector in VECTORS if "accepted" in vector]
REFUSED = [vector for vector in VECTORS if "refused" in vector]


def named(vectors):
    return [pytest.param(vector, id=vector["name"]) for vector in vectors]


def judged(vector):
    """Read, check and evaluate, as far as the vector asks."""
    condition = parse(vector["condition"])
    if "vocabulary" in vector:
        check(condition, {k: Type(v) for k, v in vector["vocabulary"].items()})
    return evaluate(condition, vector["facts"]) if "facts" in vector else None


# ------------------------------------------------------------------- vectors
@pytest.mark.parametrize("vector", named(ANSWERED))
def test_vector_is_answered(vector):
    assert judged(vector) is vector["answer"]


@pytest.mark.parametrize("vector", named(TYPED))
def test_vector_is_well_typed(vector):
    judged(vector)


@pytest.mark.parametrize("vector", named(REFUSED))
def test_vector_is_refused(vector):
    with pytest.raises(Refusal) as refusal:
        judged(vector)

    assert refusal.value.kind.code == vector["refused"]
    assert refusal.value.remedy


def test_there_are_vectors_enough_and_each_is_used():
    assert len(VECTORS) >= 150
    assert len(ANSWERED) + len(TYPED) + len(REFUSED) == len(VECTORS)


@pytest.mark.parametrize("vector", named([*ANSWERED, *TYPED]))
def test_what_is_written_reads_as_the_same_condition(vector):
    condition = parse(vector["condition"])

    assert write(condition) == vector["condition"]
    assert parse(json.dumps(write(condition))) == condition


# ------------------------------------------------- a naive second implementation
def naively(tree, facts):
    """Answer a well-typed condition by the words of the manual, and slowly."""
    if isinstance(tree, bool):
        return tree
    [(operator, argument)] = tree.items()
    if operator in ("and", "or"):
        answers = [naively(part, facts) for part in argument]
        order = [False, None, True] if operator == "and" else [True, None, False]
        return next(one for one in order if any(one is each for each in answers))
    if operator == "not":
        return {True: False, False: True, None: None}[naively(argument, facts)]
    if operator in ("fact", "exists"):
        value = facts.get(argument)
        return value if operator == "fact" else value is not None
    return naively_compared(operator, *(operand(one, facts) for one in argument))


def naively_compared(operator, left, right):
    if left is None or right is None:
        return None
    return {
        "==": lambda: left == right,
        "!=": lambda: not left == right,  # noqa: SIM201 -- naive on purpose
        "<": lambda: sorted([left, right]) == [left, right] and left != right,
        "<=": lambda: min(left, right) == left,
        ">": lambda: sorted([left, right]) == [right, left] and left != right,
        ">=": lambda: max(left, right) == left,
        "in": lambda: any(left == one for one in right),
    }[operator]()


def operand(tree, facts):
    return facts.get(tree["fact"]) if isinstance(tree, dict) else tree


VOCABULARY = {
    "shut": Type.YES_NO,
    "dirty": Type.YES_NO,
    "rooms": Type.NUMBER,
    "guests": Type.NUMBER,
    "kind": Type.TEXT,
    "day": Type.DAY,
    "time": Type.TIME,
    "marks": Type.TEXTS,
}
days = st.dates().map(str)
times = st.times().map(lambda time: f"{time:%H:%M}")
kinds = st.sampled_from(["hotel", "clinic", "bar"])
values = {
    Type.YES_NO: st.booleans(),
    Type.NUMBER: st.integers(-3, 3),
    Type.TEXT: kinds,
    Type.DAY: days,
    Type.TIME: times,
    Type.TEXTS: st.lists(kinds, max_size=3),
}
facts_given = st.fixed_dictionaries(
    {}, optional={name: st.none() | values[type_] for name, type_ in VOCABULARY.items()}
)


@st.composite
def comparisons(draw):
    type_ = draw(st.sampled_from([Type.NUMBER, Type.DAY, Type.TIME, Type.TEXT]))
    ordered = type_ is not Type.TEXT
    operator = draw(
        st.sampled_from(["==", "!=", *(["<", "<=", ">", ">="] if ordered else [])])
    )
    names = [{"fact": name} for name, known in VOCABULARY.items() if known is type_]
    left = draw(st.sampled_from(names))
    right = draw(st.sampled_from(names) | values[type_])
    return {operator: draw(st.permutations([left, right]))}


@st.composite
def memberships(draw):
    if draw(st.booleans()):
        return {"in": [draw(kinds | st.just({"fact": "kind"})), {"fact": "marks"}]}
    return {"in": [{"fact": "rooms"}, draw(st.lists(st.integers(-3, 3), min_size=1))]}


leaves = (
    st.booleans()
    | st.sampled_from([{"fact": "shut"}, {"fact": "dirty"}])
    | st.sampled_from(sorted(VOCABULARY)).map(lambda name: {"exists": name})
    | comparisons()
    | memberships()
)
conditions = st.recursive(
    leaves,
    lambda part: (
        part.map(lambda one: {"not": one})
        | st.lists(part, min_size=1, max_size=3).map(lambda parts: {"and": parts})
        | st.lists(part, min_size=1, max_size=3).map(lambda parts: {"or": parts})
    ),
    max_leaves=8,
)


@given(tree=conditions, facts=facts_given)
def test_the_engine_agrees_with_the_naive_reference(tree, facts):
    condition = parse(json.dumps(tree))
    check(condition, VOCABULARY)

    assert evaluate(condition, facts) is naively(tree, facts)


@given(tree=conditions, facts=facts_given)
def test_only_the_named_facts_are_read(tree, facts):
    condition = parse(tree)
    read = {name: facts.get(name) for name in facts_of(condition)}

    assert evaluate(condition, read) is evaluate(condition, facts)


@given(tree=conditions, facts=facts_given)
def test_learning_a_fact_never_turns_an_answer_round(tree, facts):
    condition = parse(tree)
    answer = evaluate(condition, {})
    told = "exists" in json.dumps(tree)  # existence is about what is told, not so

    assert told or answer is None or evaluate(condition, facts) is answer


# ------------------------------------------------------------------- spellings
@pytest.mark.parametrize(
    ("tree", "words"),
    [
        (True, "yes"),
        (False, "no"),
        ({"fact": "shut"}, "shut"),
        ({"exists": "shut"}, "shut is known"),
        ({"==": [{"fact": "kind"}, "hotel"]}, "kind == hotel"),
        ({"in": [{"fact": "rooms"}, [1, 2]]}, "rooms in 1, 2"),
        ({"in": ["hotel", {"fact": "marks"}]}, "hotel in marks"),
        ({"not": {"fact": "shut"}}, "not (shut)"),
        (
            {
                "and": [
                    {"fact": "shut"},
                    {"or": [{"fact": "dirty"}, {"exists": "kind"}]},
                ]
            },
            "shut and (dirty or kind is known)",
        ),
        (
            {"or": [{"fact": "shut"}, {"and": [{"fact": "dirty"}, True]}]},
            "shut or (dirty and yes)",
        ),
    ],
)
def test_conditions_are_told_on_one_line(tree, words):
    assert str(parse(tree)) == words


def test_always_is_always():
    assert evaluate(ALWAYS, {}) is True
    assert facts_of(ALWAYS) == frozenset()


@pytest.mark.parametrize(
    ("tree", "names"),
    [
        ({"==": [{"fact": "a"}, {"fact": "b"}]}, {"a", "b"}),
        ({"in": [{"fact": "a"}, {"fact": "b"}]}, {"a", "b"}),
        ({"in": [{"fact": "a"}, [1]]}, {"a"}),
        ({"and": [{"fact": "a"}, {"not": {"exists": "b"}}]}, {"a", "b"}),
        ({"or": [{"fact": "a"}, {"fact": "c"}]}, {"a", "c"}),
    ],
)
def test_every_fact_that_may_be_read_is_named(tree, names):
    assert facts_of(parse(tree)) == names


# -------------------------------------------------------------------- refusals
def answered(tree, vocabulary, facts):
    condition = parse(tree)
    if vocabulary is not None:
        check(condition, vocabulary)
    return evaluate(condition, facts)


def refused(tree, vocabulary=None, facts=None):
    with pytest.raises(Refusal) as refusal:
        answered(tree, vocabulary, facts or {})
    return refusal.value


def test_a_refusal_names_the_place():
    refusal = refused({"and": [True, {"or": [{"==": [1, None]}]}]})

    assert refusal.kind is MALFORMED
    assert refusal.facts["path"] == "$.and[1].or[0].==[1]"
    assert refusal.facts["found"] == "null"


OPERATOR = "an object with one operator as key"
PARTS = "a list of one or more conditions"
OPERANDS = "a list of two operands"
LITERAL = "a whole number, a text, true or false"


@pytest.mark.parametrize(
    ("tree", "path", "found", "wanted"),
    [
        ("{", "$", "it is not JSON", "a JSON object"),
        ("null", "$", "null", OPERATOR),
        (["旅馆"], "$", '["旅馆"]', OPERATOR),
        ({"not": {}}, "$.not", "{}", OPERATOR),
        (
            {"not": {"fact": "a", "or": []}},
            "$.not",
            '{"fact": "a", "or": []}',
            OPERATOR,
        ),
        ({"exists": ""}, "$.exists", '""', "the name of a fact"),
        ({"or": []}, "$.or", "[]", PARTS),
        ({"and": [True, {"and": {}}]}, "$.and[1].and", "{}", PARTS),
        ({"==": [1, 2, 3]}, "$.==", "[1, 2, 3]", OPERANDS),
        ({"in": [1]}, "$.in", "[1]", OPERANDS),
        ({"<": [1.5, 2]}, "$.<[0]", "1.5", LITERAL),
        ({"<": [1, None]}, "$.<[1]", "null", LITERAL),
        ({"in": [None, [1]]}, "$.in[0]", "null", LITERAL),
        ({"in": [1, [1, 2.5]]}, "$.in[1][1]", "2.5", LITERAL),
        ({"in": [1, []]}, "$.in[1]", "[]", "a list of literals, or one fact"),
        (
            {"==": [{"exists": "a"}, 1]},
            "$.==[0]",
            '{"exists": "a"}',
            'a fact, as {"fact": name}',
        ),
        ({"==": [{"fact": 1}, 1]}, "$.==[0].fact", "1", "the name of a fact"),
        ({"in": [1, {"fact": 2}]}, "$.in[1].fact", "2", "the name of a fact"),
    ],
)
def test_a_refusal_says_where_what_was_found_and_what_is_wanted(
    tree, path, found, wanted
):
    refusal = refused(tree)

    assert refusal.kind is MALFORMED
    assert refusal.facts == {"path": path, "found": found, "wanted": wanted}


def test_a_refusal_shows_only_a_line_of_what_it_found():
    refusal = refused({"exists": ["x" * 500]})

    assert len(refusal.facts["found"]) == 61
    assert refusal.facts["found"].endswith("…")


def test_what_fits_on_the_line_is_shown_whole():
    refusal = refused({"exists": ["x" * 56]})

    assert refusal.facts["found"] == json.dumps(["x" * 56])


def test_an_unknown_operator_is_told_the_known_ones():
    refusal = refused({"xor": [True]})

    assert refusal.kind is UNKNOWN_OPERATOR
    assert refusal.remedy == (
        "Use one of: and, or, not, ==, !=, <, <=, >, >=, in, exists, fact."
    )


def test_an_undeclared_fact_is_told_the_declared_ones():
    refusal = refused({"fact": "rooms"}, {"shut": Type.YES_NO, "dirty": Type.YES_NO})

    assert refusal.kind is UNKNOWN_FACT
    assert (refusal.facts["fact"], refusal.facts["known"]) == ("rooms", "dirty, shut")


def test_an_undeclared_fact_where_there_are_none():
    assert refused({"fact": "rooms"}, {}).facts["known"] == "there are none"


@pytest.mark.parametrize(
    ("tree", "vocabulary", "facts", "told"),
    [
        (
            {"==": [{"fact": "n"}, "3"]},
            {"n": Type.NUMBER},
            {},
            "In == a number is needed, but 3 is a text.",
        ),
        (
            {"<": [{"fact": "s"}, "a"]},
            {"s": Type.TEXT},
            {},
            "In < a number, day or time is needed, but s is a text.",
        ),
        (
            {"fact": "n"},
            None,
            {"n": 1},
            "In a condition a yes_no is needed, but n is a number.",
        ),
        (
            {"==": [{"fact": "n"}, {"fact": "s"}]},
            None,
            {"n": 1, "s": "a"},
            "In == a number is needed, but s is a text.",
        ),
        (
            {"<": [{"fact": "b"}, {"fact": "b"}]},
            None,
            {"b": True},
            "In < a number is needed, but b is a yes_no.",
        ),
        (
            {"in": [{"fact": "n"}, ["a"]]},
            None,
            {"n": 1},
            "In in a text is needed, but n is a number.",
        ),
        (
            {"in": [{"fact": "n"}, {"fact": "l"}]},
            None,
            {"n": 1, "l": ("a",)},
            "In in a text is needed, but n is a number.",
        ),
        (
            {"in": ["a", {"fact": "s"}]},
            None,
            {"s": "a"},
            "In in a texts is needed, but s is a text.",
        ),
        (
            {"fact": "n"},
            {"n": Type.NUMBER},
            {},
            "In a condition a yes_no is needed, but n is a number.",
        ),
        (
            {"in": [{"fact": "n"}, [1, "a"]]},
            {"n": Type.NUMBER},
            {},
            "In in a number is needed, but a is a text.",
        ),
        (
            {"in": [{"fact": "n"}, {"fact": "l"}]},
            {"n": Type.NUMBER, "l": Type.TEXTS},
            {},
            "In in a text is needed, but n is a number.",
        ),
        (
            {"in": ["a", {"fact": "s"}]},
            {"s": Type.TEXT},
            {},
            "In in a texts is needed, but s is a text.",
        ),
    ],
)
def test_a_wrong_type_is_told_in_a_sentence(tree, vocabulary, facts, told):
    refusal = refused(tree, vocabulary, facts)

    assert refusal.kind is WRONG_TYPE
    assert refusal.sentence == told


def test_a_bare_text_is_no_condition():
    with pytest.raises(Refusal) as refusal:
        check(Literal("hotel"), {})

    assert refusal.value.kind is WRONG_TYPE
    assert refusal.value.sentence == (
        "In a condition a yes_no is needed, but hotel is a text."
    )


def test_nesting_ends():
    tree = True
    for _ in range(21):
        tree = {"not": tree}
    refusal = refused(tree)

    assert refusal.kind is TOO_DEEP
    assert refusal.facts["most"] == 20


def test_text_nested_beyond_the_reader_is_refused_too():
    assert refused('{"not":' * 100_000).kind is MALFORMED


def test_bytes_are_read_as_text():
    assert evaluate(parse(b'{"fact": "x"}'), {"x": True}) is True


# ------------------------------------------------------------------------ fits
@pytest.mark.parametrize(
    ("value", "types"),
    [
        (True, {Type.YES_NO}),
        (0, {Type.NUMBER}),
        ("a", {Type.TEXT}),
        ("2020-02-29", {Type.TEXT, Type.DAY}),
        ("2021-02-29", {Type.TEXT}),
        ("20200229", {Type.TEXT}),
        ("2020-00-01", {Type.TEXT}),
        ("2020-01-00", {Type.TEXT}),
        ("12020-01-01", {Type.TEXT}),
        ("00:00", {Type.TEXT, Type.TIME}),
        ("23:59", {Type.TEXT, Type.TIME}),
        ("24:00", {Type.TEXT, Type.TIME}),
        ("23:60", {Type.TEXT}),
        ("٢٣:٠٠", {Type.TEXT}),
        (["a"], {Type.TEXTS}),
        (("a", "b"), {Type.TEXTS}),
        ([], {Type.TEXTS}),
        ([1], set()),
        (1.5, set()),
        (None, set()),
        ({"a": 1}, set()),
    ],
)
def test_each_value_fits_its_types(value, types):
    assert {type_ for type_ in Type if fits(value, type_)} == types
