"""The intake process: a plain ASGI application in front of the inbox."""

import os

from django.conf import settings


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangxian.settings")

from fangxian.interfaces.intake.app import Intake
from fangxian.interfaces.intake.inbox import open_own
from fangxian.interfaces.intake.shedding import read_bounds
from fangxian.kernel.situation import clock_of
from fangxian.privacy.signing import signing_key_at


application = Intake(
    open_inbox=open_own,
    key=signing_key_at(settings.FANGXIAN_SIGNING_KEY),
    clock=clock_of(settings.FANGXIAN_DATA),
    bounds=read_bounds(settings.FANGXIAN_BOUNDS),
    is_telling=True,
)
