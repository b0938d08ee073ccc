"""The benchmarks: one module a subject, one table in all (docs/reference)."""
