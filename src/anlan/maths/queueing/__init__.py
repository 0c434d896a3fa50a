"""Queues answered by formula: Erlang B, C and A, one server, priorities, networks, bounds for any law."""
