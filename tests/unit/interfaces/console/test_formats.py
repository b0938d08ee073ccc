from django.template import Context, Template
from django.utils import translation


def test_a_large_number_reads_the_same_in_both_languages():
    for language in ("zh-hans", "en"):
        with translation.override(language):
            shown = Template("{{ n }} {{ n|intcomma }}").render(Context({"n": 58993}))
        assert shown == "58,993 58,993"
