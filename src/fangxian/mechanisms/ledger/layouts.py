"""How a list and its layout are known again: by digests that only the keys can make.

Headings are few words, and a row taken for headings may name somebody; a list may be
of one person. A bare digest of them could be guessed back. The oldest key stays, so
both keep their names under every newer one.
"""

import hmac
from collections.abc import Sequence

from django.conf import settings

from fangxian.kernel.canonical import canonical
from fangxian.mechanisms.ledger.names import key_of
from fangxian.privacy.derivation import derive
from fangxian.privacy.keys import keyring_at


LAYOUTS = "telling layouts of lists apart"
FILES = "telling lists apart"


def layout_fingerprint(headings: Sequence[str]) -> str:
    """Name a layout by its headings: order counts, gaps and width do not."""
    return _digest(canonical([key_of(heading) for heading in headings]), LAYOUTS)


def file_fingerprint(content: bytes) -> str:
    """Name a file by its bytes."""
    return _digest(content, FILES)


def _digest(content: bytes, purpose: str) -> str:
    key = derive(keyring_at(settings.FANGXIAN_KEYRING).first, purpose=purpose)
    return hmac.digest(key, content, "sha256").hex()
