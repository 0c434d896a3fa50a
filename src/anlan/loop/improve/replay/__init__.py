"""What happened to each case in a stretch of time, as it is shown on the map: simulated, or from a log."""
