"""Papers about one person at home: the notice, the release, the file. Made, never kept."""
