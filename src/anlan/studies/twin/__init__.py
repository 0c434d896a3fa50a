"""Studies of the process twin: calibrated from a log, held against a log."""
