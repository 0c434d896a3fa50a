"""What to decide, and what may be tolerated: decision trees, the F-N curve, ALARP with costs."""
