"""A process against its log: how cases deviate from the version in force, and drafts found in the log."""
