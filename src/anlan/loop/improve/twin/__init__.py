"""A twin of the process: estimated from its log, held against the log, and run to try changes on it."""
