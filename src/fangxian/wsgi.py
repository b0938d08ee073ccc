"""The pages process: Django under WSGI."""

import os

from django.core.wsgi import get_wsgi_application


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangxian.settings")

from fangxian.interfaces.intake.inbox import open_own
from fangxian.interfaces.intake.loads import Herald, gate_of_pages


application = get_wsgi_application()
herald = Herald(gate_of_pages(), open_own)  # the other processes hear how full it is
