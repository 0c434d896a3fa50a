"""One risk through several methods: their views brought to the same measures, and how far they differ."""
