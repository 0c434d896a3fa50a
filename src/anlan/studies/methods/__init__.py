"""Assessments by a chosen method: from a spec to a result with its provenance; words about each method."""
