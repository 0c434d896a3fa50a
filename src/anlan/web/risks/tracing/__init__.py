"""Where a risk comes from and what came of it, step by step."""
