"""Merkle trees of every small size against the definition in RFC 6962, word for word."""

import hypothesis.strategies as st
from hypothesis import given

from fangxian.kernel.merkle import (
    EMPTY_ROOT,
    GrowingTree,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
    root_and_proofs,
    root_of,
)


LEAVES = [leaf_hash(str(number).encode()) for number in range(200)]
sizes = st.integers(1, 200)


def defined_root(leaves):
    """MTH of RFC 6962, 2.1, as it is written there."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(defined_root(leaves[:k]), defined_root(leaves[k:]))


def grown(size):
    tree = GrowingTree.empty()
    tree.extend(LEAVES[:size])
    return tree


@st.composite
def places(draw):
    size = draw(sizes)
    return draw(st.integers(0, size - 1)), size


@st.composite
def histories(draw):
    size = draw(sizes)
    return draw(st.integers(1, size)), size


def bent(draw, proof):
    """Change, lose, add or move one node."""
    how = draw(st.sampled_from(["bit", "cut", "add", "swap"]))
    nodes = list(proof)
    place = draw(st.integers(0, len(nodes) - 1))
    if how == "bit":
        nodes[place] = bytes([nodes[place][0] ^ 1]) + nodes[place][1:]
    if how == "cut":
        del nodes[place]
    if how == "add":
        nodes.insert(place, nodes[place])
    if how == "swap":
        nodes = nodes[1:] + nodes[:1]
    return tuple(nodes)


@given(sizes)
def test_the_growing_root_is_the_defined_root(size):
    assert grown(size).root == defined_root(LEAVES[:size])


@given(places())
def test_every_leaf_is_proved_and_only_in_its_place(place):
    index, size = place
    proof, root = inclusion_proof(LEAVES[:size], index), root_of(LEAVES[:size])

    accepted = [
        other
        for other in range(size)
        if is_included(LEAVES[index], other, size, proof, root)
    ]

    assert accepted == [index]


@given(places(), st.data())
def test_a_proof_from_stored_peaks_is_the_whole_proof(place, data):
    index, size = place
    earlier = data.draw(st.integers(0, index))

    assert inclusion_proof(
        LEAVES[earlier:size], index, after=grown(earlier)
    ) == inclusion_proof(LEAVES[:size], index)


@given(st.integers(0, 200))
def test_root_and_proofs_at_once_are_those_one_by_one(size):
    assert root_and_proofs(LEAVES[:size]) == (
        root_of(LEAVES[:size]),
        [inclusion_proof(LEAVES[:size], index) for index in range(size)],
    )


@given(places(), st.data())
def test_a_bent_inclusion_proof_is_refused(place, data):
    index, size = place
    proof = inclusion_proof(LEAVES[:size], index)
    if proof and (wrong := bent(data.draw, proof)) != proof:
        assert not is_included(
            LEAVES[index], index, size, wrong, root_of(LEAVES[:size])
        )


@given(histories())
def test_every_earlier_tree_is_proved(history):
    earlier, size = history
    proof = consistency_proof(LEAVES[:size], earlier)

    assert is_consistent(
        earlier, root_of(LEAVES[:earlier]), size, root_of(LEAVES[:size]), proof
    )


@given(histories(), st.data())
def test_a_bent_consistency_proof_is_refused(history, data):
    earlier, size = history
    proof = consistency_proof(LEAVES[:size], earlier)
    if proof and (wrong := bent(data.draw, proof)) != proof:
        assert not is_consistent(
            earlier, root_of(LEAVES[:earlier]), size, root_of(LEAVES[:size]), wrong
        )


@given(histories(), st.integers(0, 199))
def test_a_rewritten_history_is_refused(history, changed):
    earlier, size = history
    proof = consistency_proof(LEAVES[:size], earlier)
    rewritten = list(LEAVES[:size])
    rewritten[changed % earlier] = leaf_hash(b"rewritten")

    assert not is_consistent(
        earlier, root_of(LEAVES[:earlier]), size, root_of(rewritten), proof
    )
