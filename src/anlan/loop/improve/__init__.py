"""Improve 流程环节改进: redesign ideas with the delay they touch."""
