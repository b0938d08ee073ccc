"""Patrols of places, joint visits and look-backs."""
