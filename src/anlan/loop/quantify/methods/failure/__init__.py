"""Failures, events and barriers."""
