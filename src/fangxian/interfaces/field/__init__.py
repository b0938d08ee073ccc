"""The phone's side of the server: its shell, and how a phone is enrolled."""
