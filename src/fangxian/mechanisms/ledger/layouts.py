"""How the layout of a list is known again: by a digest that only the keys can make.

Headings are few words, and a row taken for headings may name somebody: a bare digest
of them could be guessed back. The oldest key stays, so a layout keeps its name under
every newer one.
"""

import hmac
from collections.abc import Sequence

from django.conf import settings

from fangxian.kernel.canonical import canonical
from fangxian.mechanisms.ledger.names import key_of
from fangxian.privacy.derivation import derive
from fangxian.privacy.keys import keyring_at


PURPOSE = "telling layouts of lists apart"


def layout_fingerprint(headings: Sequence[str]) -> str:
    """Name a layout by its headings: order counts, gaps and width do not."""
    key = derive(keyring_at(settings.FANGXIAN_KEYRING).first, purpose=PURPOSE)
    spelled = canonical([key_of(heading) for heading in headings])
    return hmac.digest(key, spelled, "sha256").hex()
