"""The command line: one command per stage, each a thin edge over a study."""
