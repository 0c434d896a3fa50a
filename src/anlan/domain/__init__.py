"""Nouns of the field: event logs, findings, risks, criteria, packs, and the errors about them."""
