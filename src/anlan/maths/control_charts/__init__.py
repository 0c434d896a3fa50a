"""Control charts: how far a series moves when nothing special happens, and what to make of it.

chart        centre, limits, phase I and phase II      spread       sigma from what neighbours do
variables    I-MR, Xbar-R, Xbar-S                      attributes   p, np, c, u, Laney p' and u'
rare_events  g and t                                   weighted     EWMA, tabular CUSUM
run_rules    Western Electric, Nelson, NHS             run_lengths  how long until they signal
constants    d2, d3, c4                                capability   Cp, Cpk, Cpm, Pp, Ppk
pareto       the few causes that make the most
"""
