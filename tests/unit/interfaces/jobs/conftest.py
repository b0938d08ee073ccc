"""The inspectors' made-up rules and hotel, for what falls due."""

from tests.unit.capabilities.inspection.conftest import hotel, place_in, rules


__all__ = ["hotel", "place_in", "rules"]
