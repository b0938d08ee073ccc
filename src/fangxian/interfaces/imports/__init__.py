"""Takes files: divisions, lists of places; good rows in, each bad row explained."""
