"""How many sets of risks are run to share out what they add together."""

LEAST_ORDERS = 20
"""Orders drawn, in pairs of an order and its reverse, that an error can be told from: where risks meet in a
few orders only, the spread of fewer pairs is often 0."""


def every_set(n_risks: int, orders: int) -> bool:
    """Whether running every set of the risks is no more work than the orders asked for."""
    return 1 << n_risks <= orders * max(1, n_risks - 1) + 2


def runs_needed(n_risks: int, orders: int) -> int:
    """Sets of risks that are run at most."""
    if orders == 0 or n_risks == 0:
        return 0
    return 1 << n_risks if every_set(n_risks, orders) else orders * (n_risks - 1) + 2
