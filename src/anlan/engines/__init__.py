"""Event logs after reading: summaries on this machine or on a cluster, with the same bytes."""
