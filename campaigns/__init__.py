"""Long figures, run by hand; each leaves a result file with machine, date and seed."""
