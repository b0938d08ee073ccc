"""The inspectors' made-up rules and hotel, for acts that come in from devices."""

from tests.unit.capabilities.inspection.conftest import hotel, place_in, rules


__all__ = ["hotel", "place_in", "rules"]
