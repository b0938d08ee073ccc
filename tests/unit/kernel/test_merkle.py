"""Known answers: the eight leaves of the Certificate Transparency reference tests."""

from hashlib import sha256

import pytest

from fangxian.kernel.merkle import (
    EMPTY_ROOT,
    GrowingTree,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
    root_of,
)


LEAVES = [
    leaf_hash(bytes.fromhex(leaf))
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


def proof_of(spelled):
    return tuple(bytes.fromhex(node) for node in spelled)


def test_the_empty_tree_has_the_hash_of_nothing():
    assert GrowingTree.empty().root == EMPTY_ROOT == sha256().digest()


def test_leaves_and_nodes_are_hashed_apart():
    assert leaf_hash(b"leaf") == sha256(b"\x00leaf").digest()
    assert node_hash(b"left", b"right") == sha256(b"\x01leftright").digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_the_published_ones(size):
    assert root_of(LEAVES[:size]).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_inclusion_proofs_are_the_published_ones(index, size):
    proof = proof_of(INCLUSION[index, size])

    assert inclusion_proof(LEAVES[:size], index) == proof
    assert is_included(LEAVES[index], index, size, proof, root_of(LEAVES[:size]))


@pytest.mark.parametrize(("earlier", "size"), CONSISTENCY)
def test_consistency_proofs_are_the_published_ones(earlier, size):
    proof = proof_of(CONSISTENCY[earlier, size])

    assert consistency_proof(LEAVES[:size], earlier) == proof
    assert is_consistent(
        earlier, root_of(LEAVES[:earlier]), size, root_of(LEAVES[:size]), proof
    )


def test_a_tree_goes_on_from_its_stored_peaks():
    tree = GrowingTree.empty()
    tree.extend(LEAVES[:5])

    resumed = GrowingTree.from_peaks(5, tree.joined_peaks)
    resumed.extend(LEAVES[5:])

    assert resumed.root.hex() == ROOTS[7]


@pytest.mark.parametrize("size", [4, 7])
def test_peaks_of_another_size_are_refused(size):
    tree = GrowingTree.empty()
    tree.extend(LEAVES[:5])

    with pytest.raises(ValueError, match="not the peaks"):
        GrowingTree.from_peaks(size, tree.joined_peaks)


@pytest.mark.parametrize("index", [-1, 8])
def test_no_proof_is_given_for_a_leaf_that_is_not_there(index):
    with pytest.raises(ValueError, match="not among"):
        inclusion_proof(LEAVES, index)


@pytest.mark.parametrize("earlier", [0, 9])
def test_no_consistency_proof_is_given_for_a_tree_that_never_was(earlier):
    with pytest.raises(ValueError, match="no earlier tree"):
        consistency_proof(LEAVES, earlier)


@pytest.mark.parametrize(
    ("index", "size"), [(-1, 8), (8, 8), (0, 0)], ids=["before", "behind", "empty"]
)
def test_inclusion_outside_of_the_tree_is_refused(index, size):
    proof = proof_of(INCLUSION[0, 8])

    assert not is_included(LEAVES[0], index, size, proof, root_of(LEAVES))


@pytest.mark.parametrize(("earlier", "size"), [(0, 8), (9, 8)])
def test_consistency_with_a_tree_that_cannot_be_is_refused(earlier, size):
    assert not is_consistent(earlier, EMPTY_ROOT, size, root_of(LEAVES), ())


def test_the_same_size_is_consistent_only_with_the_same_root_and_no_proof():
    root = root_of(LEAVES)

    assert is_consistent(8, root, 8, root, ())
    assert not is_consistent(8, EMPTY_ROOT, 8, root, ())
    assert not is_consistent(8, root, 8, root, (root,))


def test_a_tree_without_leaves_is_the_start_of_nothing():
    """However the path is made: these two nodes would rebuild the root twice."""
    path = (LEAVES[1], LEAVES[0])

    assert not is_consistent(0, root_of(LEAVES[:2]), 2, root_of(LEAVES[:2]), path)


def test_no_proof_proves_nothing():
    assert not is_consistent(3, root_of(LEAVES[:3]), 8, root_of(LEAVES), ())
    assert not is_included(LEAVES[3], 3, 8, (), root_of(LEAVES))
