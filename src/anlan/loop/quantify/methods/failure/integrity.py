"""Safety integrity levels: bands of the average probability of failure on demand (IEC 61508-1, table 2).

The bands and the limit of one demand a year (IEC 61508-4, low demand mode) are those that makers print in
their safety manuals: JUMO dTRANS T06 6.6, Siemens SITRANS SL 2.2 (2012). The standards are not public.
"""

_FLOORS = (1e-1, 1e-2, 1e-3, 1e-4)


def integrity_level(probability: float) -> int:
    """0 (no level) from 0.1 upwards, then 1 to 4 for each power of ten below; nothing above 4 is claimed."""
    return sum(probability < floor for floor in _FLOORS)
