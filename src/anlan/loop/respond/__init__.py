"""Respond 应急: which emergency plans apply to the high risks."""
