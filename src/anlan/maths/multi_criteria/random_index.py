"""Random index: the mean consistency index of matrices filled at random, by which an index is judged.

Tables differ, and so does the ratio made with them (n = 3: 0.58 or 0.5245), so the table is always named.

saaty_1980          Saaty (1980), The Analytic Hierarchy Process; orders up to 10
alonso_lamata_2006  Alonso and Lamata (2006), doi:10.1142/S0218488506004114; 500 000 matrices per order. Above
                    order 10 their line for the mean largest eigenvalue, 2.7699 n - 4.3513, is used.
"""

from collections.abc import Mapping
from typing import Literal

RandomIndexTable = Literal["alonso_lamata_2006", "saaty_1980"]
TABLES: Mapping[str, tuple[float, ...]] = {
    "alonso_lamata_2006": (0.5245, 0.8815, 1.1086, 1.2479, 1.3417, 1.4056, 1.4499, 1.4854),
    "saaty_1980": (0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49),
}
"""Indices of orders 3, 4 ... 10."""
LARGEST_SAATY = 10


def random_index(n: int, table: RandomIndexTable) -> float:
    """The index of matrices of order n; 0 below 3, where every matrix is consistent.

    saaty_1980 holds up to order `LARGEST_SAATY`; a larger n raises IndexError.
    """
    if n < 3:
        return 0.0
    if table == "alonso_lamata_2006" and n > 10:
        return (2.7699 * n - 4.3513 - n) / (n - 1)
    return TABLES[table][n - 3]
