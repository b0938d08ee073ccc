from fangxian.kernel.refusals import Refusal, RefusalKind


FULL = RefusalKind(
    code="shelf.full",
    sentence="Shelf {shelf} is full.",
    remedy="Put {book} on shelf {free}.",
)


def test_a_refusal_fills_its_sentence_and_remedy():
    refusal = FULL(shelf=3, book="the atlas", free=4)

    assert isinstance(refusal, Refusal)
    assert refusal.kind is FULL
    assert refusal.sentence == "Shelf 3 is full."
    assert refusal.remedy == "Put the atlas on shelf 4."
    assert str(refusal) == "shelf.full: Shelf 3 is full."


def test_a_refusal_is_shown_unless_it_is_hidden():
    assert FULL.hidden is False
