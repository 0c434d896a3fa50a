"""Open-PSA model exchange format (version 2.0d): fault trees of other programs, read and written.

Covered: fault trees and components, all gates with nested formulas, basic events by a number, an exponential
or a lognormal deviate, parameters, house events, common-cause groups (beta, MGL, alpha). Anything else is
refused by name and line, never skipped.
"""
