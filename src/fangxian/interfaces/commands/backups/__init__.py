"""Copies of an installation: made while it works, proven whole before they are believed."""
