"""RFC 6962 Merkle trees: roots that grow, and proofs that anyone can check.

Leaves are bytes; a tree is named by its size and root. Index 0 is the first leaf.
Section numbers refer to RFC 6962 and RFC 9162 (for the checks).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256


HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

Proof = tuple[bytes, ...]


def leaf_hash(leaf: bytes) -> bytes:
    """Hash a leaf: SHA-256(0x00 ‖ leaf) (RFC 6962, 2.1)."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into one: SHA-256(0x01 ‖ left ‖ right) (RFC 6962, 2.1)."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(slots=True)
class GrowingTree:
    """A tree kept as the roots of its perfect subtrees, largest first.

    ``peaks`` has one root for each 1 in the binary spelling of ``size``, which is
    all that is needed to go on: a checkpoint of a large log reads only new leaves.
    """

    size: int
    peaks: list[bytes]

    @classmethod
    def empty(cls) -> "GrowingTree":
        """Plant a tree without leaves."""
        return cls(size=0, peaks=[])

    @classmethod
    def from_peaks(cls, size: int, joined: bytes) -> "GrowingTree":
        """Take up a tree from its ``joined_peaks``; ValueError on a wrong count."""
        peaks = [
            joined[start : start + HASH_BYTES]
            for start in range(0, len(joined), HASH_BYTES)
        ]
        if len(joined) != HASH_BYTES * size.bit_count():
            raise ValueError(f"{len(joined)} bytes are not the peaks of {size} leaves")
        return cls(size=size, peaks=peaks)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash at the end."""
        root, size = leaf, self.size
        while size & 1:
            root = node_hash(self.peaks.pop(), root)
            size >>= 1
        self.peaks.append(root)
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes in order."""
        for leaf in leaves:
            self.append(leaf)

    @property
    def root(self) -> bytes:
        """The Merkle tree hash of all leaves so far."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root

    @property
    def joined_peaks(self) -> bytes:
        """The peaks as one value to store."""
        return b"".join(self.peaks)


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Give the root over leaf hashes (RFC 6962, 2.1)."""
    tree = GrowingTree.empty()
    tree.extend(leaves)
    return tree.root


def inclusion_proof(
    leaves: Sequence[bytes], index: int, *, after: GrowingTree | None = None
) -> Proof:
    """Prove that the leaf at ``index`` is in the tree of these leaf hashes (2.1.1).

    With ``after``, the leaves stand behind that earlier tree and ``index`` still
    counts from the first leaf of all: it must lie among ``leaves``, so that its
    neighbours to the left are whole peaks and no older leaf has to be read.
    """
    known = _Known.of(leaves, after or GrowingTree.empty())
    if not known.first <= index < known.end:
        raise ValueError(f"leaf {index} is not among the leaves given")
    return tuple(known.path(index, 0, known.end))


def root_and_proofs(leaves: Sequence[bytes]) -> tuple[bytes, list[Proof]]:
    """Give the root and prove every leaf at once, at the cost of one tree."""
    if not leaves:
        return EMPTY_ROOT, []
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        levels.append(_joined(levels[-1]))
    proofs: list[Proof] = [()]
    for level in reversed(levels[:-1]):
        proofs = _proofs_below(level, proofs)
    return levels[-1][0], proofs


def _joined(level: Sequence[bytes]) -> list[bytes]:
    """Hash neighbours in pairs; a last one without neighbour moves up as it is."""
    pairs = zip(level[::2], level[1::2], strict=False)
    above = [node_hash(left, right) for left, right in pairs]
    return above + list(level[len(above) * 2 :])


def _proofs_below(level: Sequence[bytes], above: Sequence[Proof]) -> list[Proof]:
    """Give each node's proof: its neighbour, if it has one, and its parent's proof."""
    proofs: list[Proof] = []
    for place in range(0, len(level) - 1, 2):
        left, right = level[place : place + 2]
        parent = above[place >> 1]
        proofs += ((right, *parent), (left, *parent))
    if len(level) & 1:
        proofs.append(above[-1])
    return proofs


def consistency_proof(leaves: Sequence[bytes], earlier: int) -> Proof:
    """Prove that the tree of the first ``earlier`` leaves only grew (2.1.2)."""
    if not 0 < earlier <= len(leaves):
        raise ValueError(f"{earlier} of {len(leaves)} leaves is no earlier tree")
    known = _Known.of(leaves, GrowingTree.empty())
    return tuple(known.subproof(earlier, 0, known.end, whole=True))


def is_included(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Check an inclusion proof of a leaf hash (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, result = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            result = node_hash(sibling, result)
            shift = _trailing_zeros(place)
            place, last = place >> shift, last >> shift
        else:
            result = node_hash(result, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and result == root


def is_consistent(
    earlier_size: int,
    earlier_root: bytes,
    size: int,
    root: bytes,
    proof: Sequence[bytes],
) -> bool:
    """Check that a tree is an earlier one with leaves appended (RFC 9162, 2.1.4.2)."""
    if not 0 < earlier_size <= size:
        return False
    if earlier_size == size:
        return not proof and earlier_root == root
    path = list(proof)
    if earlier_size.bit_count() == 1:
        path.insert(0, earlier_root)
    if not path:
        return False
    return _both_roots(earlier_size, size, path) == (earlier_root, root)


def _both_roots(
    earlier_size: int, size: int, path: Sequence[bytes]
) -> tuple[bytes, bytes] | None:
    """Rebuild the earlier and the later root from a path; None if it has a wrong length."""
    place, last = earlier_size - 1, size - 1
    shift = _trailing_zeros(~place)
    place, last = place >> shift, last >> shift
    earlier = later = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            earlier, later = node_hash(sibling, earlier), node_hash(sibling, later)
            shift = _trailing_zeros(place)
            place, last = place >> shift, last >> shift
        else:
            later = node_hash(later, sibling)
        place, last = place >> 1, last >> 1
    return (earlier, later) if last == 0 else None


def _trailing_zeros(number: int) -> int:
    """Count the zeros at the low end of a number that is not 0."""
    return (number & -number).bit_length() - 1


def _split(size: int) -> int:
    """Give the largest power of two smaller than ``size`` (RFC 6962, 2.1)."""
    return 1 << ((size - 1).bit_length() - 1)


@dataclass(frozen=True, slots=True)
class _Known:
    """Subtree roots over leaf hashes that stand behind the peaks of an earlier tree."""

    first: int
    leaves: Sequence[bytes]
    peaks: Mapping[tuple[int, int], bytes]

    @classmethod
    def of(cls, leaves: Sequence[bytes], earlier: GrowingTree) -> "_Known":
        return cls(earlier.size, leaves, dict(_peak_ranges(earlier)))

    @property
    def end(self) -> int:
        return self.first + len(self.leaves)

    def root(self, start: int, end: int) -> bytes:
        if (start, end) in self.peaks:
            return self.peaks[start, end]
        if end - start == 1:
            return self.leaves[start - self.first]
        middle = start + _split(end - start)
        return node_hash(self.root(start, middle), self.root(middle, end))

    def path(self, index: int, start: int, end: int) -> Iterator[bytes]:
        if end - start == 1:
            return
        middle = start + _split(end - start)
        if index < middle:
            yield from self.path(index, start, middle)
            yield self.root(middle, end)
        else:
            yield from self.path(index, middle, end)
            yield self.root(start, middle)

    def subproof(
        self, earlier: int, start: int, end: int, *, whole: bool
    ) -> Iterator[bytes]:
        if earlier == end:
            if not whole:
                yield self.root(start, end)
            return
        middle = start + _split(end - start)
        if earlier <= middle:
            yield from self.subproof(earlier, start, middle, whole=whole)
            yield self.root(middle, end)
        else:
            yield from self.subproof(earlier, middle, end, whole=False)
            yield self.root(start, middle)


def _peak_ranges(tree: GrowingTree) -> Iterator[tuple[tuple[int, int], bytes]]:
    """Name each peak by the half-open range of leaves below it."""
    start = 0
    for peak in tree.peaks:
        width = 1 << ((tree.size - start).bit_length() - 1)
        yield (start, start + width), peak
        start += width
