"""Safety integrity levels: bands of the average probability of failure on demand (IEC 61508-1, table 2)."""

_FLOORS = (1e-1, 1e-2, 1e-3, 1e-4)


def integrity_level(probability: float) -> int:
    """0 (no level) from 0.1 upwards, then 1 to 4 for each power of ten below; nothing above 4 is claimed."""
    return sum(probability < floor for floor in _FLOORS)
