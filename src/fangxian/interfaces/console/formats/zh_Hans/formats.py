"""A Chinese page groups digits by thousands, as the office's tables do."""

THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
