"""People who stay at home under a measure: the five who answer, the records, the end."""
