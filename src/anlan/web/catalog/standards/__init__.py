"""Service standards and promises of a unit: what is promised in versions, and whether it was kept."""
