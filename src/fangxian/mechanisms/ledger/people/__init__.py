"""People on the ledger: sealed, found through keyed tokens, shown masked."""
