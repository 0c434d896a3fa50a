"""One run of a stage: specification + data + seed -> result with its provenance."""
