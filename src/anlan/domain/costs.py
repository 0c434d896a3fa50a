"""What a minute and a day of work cost, as the organisation itself says; nothing is invented."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Costs:
    """Rates in `currency` (ISO 4217 code); a rate that was not given is None.

    customer_minute  value of a minute a customer loses
    staff_minute     cost of a minute of staff work
    person_day       cost of a person-day spent on a measure
    """

    currency: str
    customer_minute: float | None = None
    staff_minute: float | None = None
    person_day: float | None = None
