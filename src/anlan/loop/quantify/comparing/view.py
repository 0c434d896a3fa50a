"""What one way of looking at a risk says, in the measures that all ways share."""

from dataclasses import dataclass

from anlan.domain.method import Note, Quantity

EVENT, OFTEN, YEAR = "mean_loss", "loss_event_frequency", "expected_annual_loss"
"""Names of the shared measures: loss of one event, events per year, loss of a year."""


@dataclass(frozen=True)
class View:
    """way: counts, experts, blend, fair, scores or index.

    frequency per year; event_loss and annual_loss in the unit of loss, each with its limits
    matrix_level     place of the level by the matrix, 1 the lowest, with the places its limits reach
    band_level       place of the level by bands (of the yearly loss, or of the index)
    surprise         how well the experts foresaw the counts (p), where both speak
    """

    way: str
    methods: tuple[str, ...]
    frequency: Quantity | None = None
    event_loss: Quantity | None = None
    annual_loss: Quantity | None = None
    matrix_level: Quantity | None = None
    band_level: int | None = None
    surprise: float | None = None
    warnings: tuple[Note, ...] = ()
