"""A checkpoint outside of the database: signed, small, and worth keeping elsewhere."""

import datetime as dt
import json
from dataclasses import asdict, dataclass, fields

from fangxian.kernel.canonical import canonical
from fangxian.kernel.merkle import GrowingTree
from fangxian.kernel.refusals import RefusalKind
from fangxian.mechanisms.journal.spelling import moment_of_value
from fangxian.privacy.signing import is_signed


PURPOSE = b"fangxian checkpoint\n"

NOT_A_CHECKPOINT = RefusalKind(
    code="journal.not_a_checkpoint",
    sentence="This text is not a checkpoint, or was changed since it was signed.",
    remedy="Use the file as it was downloaded; another copy may be unharmed.",
)


@dataclass(frozen=True, slots=True)
class Signed:
    """What is signed: the tree at one size; hashes as hex digits."""

    number: int
    size: int
    root: str
    chain: str
    peaks: str
    made_at: str

    @property
    def message(self) -> bytes:
        """The bytes under the signature."""
        return PURPOSE + canonical(asdict(self))


def signed_at(
    number: int, tree: GrowingTree, *, chain: bytes, made_at: dt.datetime
) -> Signed:
    """Give what a checkpoint of this tree says."""
    return Signed(
        number=number,
        size=tree.size,
        root=tree.root.hex(),
        chain=chain.hex(),
        peaks=tree.joined_peaks.hex(),
        made_at=moment_of_value(made_at),
    )


@dataclass(frozen=True, slots=True)
class HeldCheckpoint:
    """A checkpoint with its signature and the key to check it, as someone holds it."""

    signed: Signed
    signature: str
    public: str

    def to_text(self) -> str:
        """Spell it as a small JSON text to be kept elsewhere: a file, a mail, paper."""
        spelled = {
            **asdict(self.signed),
            "signature": self.signature,
            "public": self.public,
        }
        return json.dumps(spelled, indent=2) + "\n"

    @classmethod
    def from_text(cls, text: str) -> "HeldCheckpoint":
        """Read it back; refuses a text that its own key did not sign."""
        try:
            spelled = json.loads(text)
            signed = Signed(
                **{field.name: spelled[field.name] for field in fields(Signed)}
            )
            held = cls(signed, spelled["signature"], spelled["public"])
            intact = is_signed(
                signed.message,
                bytes.fromhex(held.signature),
                public=bytes.fromhex(held.public),
            )
        except (ValueError, TypeError, KeyError) as error:
            raise NOT_A_CHECKPOINT() from error
        if not intact:
            raise NOT_A_CHECKPOINT()
        return held
