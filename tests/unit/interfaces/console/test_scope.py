"""The next district's worker sees nothing of this one's, on any page."""

import pytest
from django.urls import reverse

from tests.examples import all_examples


EXAMPLES = {
    url: example
    for url, example in all_examples().items()
    if not example.same_for_all and not example.post_only
}


def _open(client, url, made) -> str:
    example = EXAMPLES[url]
    address = reverse(url, args=example.args(made))
    answer = client.get(f"{address}?{example.query}" if example.query else address)
    return answer.content.decode(errors="replace")


@pytest.mark.parametrize("url", sorted(EXAMPLES))
def test_only_those_in_scope_see_the_canary(visit, made, url):
    """The one in scope sees it, or the test would prove nothing; strangers never."""
    example = EXAMPLES[url]
    canaries = example.canaries(made)
    assert canaries, "name a canary, or say why the page is the same for all"
    mine = _open(visit(example.who), url, made)
    assert [one for one in canaries if str(one) not in mine] == []
    for stranger in example.strangers:
        theirs = _open(visit(stranger), url, made)
        leaked = [one for one in canaries if str(one) in theirs]
        assert leaked == [], stranger


@pytest.mark.parametrize(
    "url", sorted(url for url, one in all_examples().items() if one.same_for_all)
)
def test_pages_without_a_canary_say_why(url):
    assert len(all_examples()[url].same_for_all.split()) > 2
