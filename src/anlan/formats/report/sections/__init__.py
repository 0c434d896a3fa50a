"""The sections of the report, in the order they are read."""
