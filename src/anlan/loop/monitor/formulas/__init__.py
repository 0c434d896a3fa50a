"""Indicators that are computed from others: `ratio(KI-0003, KI-0004, 30) * 1.5`, read by a grammar.

`reading` makes a tree of the text, `dimensions` checks its units, `values` computes it period by period,
`periods` cuts time, `cycles` finds indicators that need themselves.
"""
