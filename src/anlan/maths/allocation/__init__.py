"""Scarce means given to uses at the greatest gain: linear and integer programs, with what they are worth."""
