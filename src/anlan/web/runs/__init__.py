"""Studies run in the background, with parameters, seed, progress and a result that can be recomputed."""
