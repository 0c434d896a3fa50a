"""Redesigns of a process as data: operators that change its inputs, tried side by side in its twin."""
