"""Processes with versions, nodes and promises, and the event logs they are known from."""
