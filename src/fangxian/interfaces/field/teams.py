"""The five who answer for one person, asked one by one: a form of the phone's own."""

from django.utils.translation import gettext_noop

from fangxian.capabilities.home_watch.states import Part
from fangxian.capabilities.home_watch.words import PARTS
from fangxian.interfaces.field.sheets import both, form_id, said
from fangxian.interfaces.field.wire import Both, FormItem, Question
from fangxian.mechanisms.protocol.forms import Form
from fangxian.mechanisms.protocol.queries import LoadedEdition


NAME_MOST, TELEPHONE_MOST = 40, 20


def team_form(edition: LoadedEdition, form: Form) -> FormItem:
    """Ask name and telephone of each part; the pack's form only counts them."""
    return {
        "t": "form",
        "id": form_id(edition, form.code),
        "edition": edition.id,
        "code": form.code,
        "title": both(form.title),
        "questions": [one for part in Part for one in _asked(part)],
    }


def _asked(part: Part) -> list[Question]:
    name, telephone = gettext_noop("{part}: name"), gettext_noop("{part}: telephone")
    stays = said(gettext_noop("Left blank, whoever it is stays."))
    return [
        {
            **_text(f"{part}_name", said(name, part=PARTS[part]), NAME_MOST),
            "hint": stays,
        },
        _text(f"{part}_telephone", said(telephone, part=PARTS[part]), TELEPHONE_MOST),
    ]


def _text(name: str, label: Both, most: int) -> Question:
    return {
        "name": name,
        "type": "text",
        "label": label,
        "required": False,
        "least": 0,
        "most": most,
    }
