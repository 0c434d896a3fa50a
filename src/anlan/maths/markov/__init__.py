"""Markov chains in continuous time: long run, course in time, absorption; average probability on demand."""
