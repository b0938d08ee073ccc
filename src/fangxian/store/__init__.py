"""Rows by plain statements, for what every act reads and writes."""
