"""What several people say, put into numbers: their agreement, their pool, how far to trust each."""
