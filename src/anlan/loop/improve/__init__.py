"""Improve 改进: redesign ideas for the delay that was found, each citing its finding."""

from anlan.loop.improve.ideas import DIRECTIONS, Idea, propose

__all__ = ["DIRECTIONS", "Idea", "propose"]
