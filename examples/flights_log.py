"""Turn the flights that left New York City in 2013 (nycflights13, CC0) into an event log.

`python examples/flights_log.py flights.csv.gz flights_log.csv`

One flight is one case. Events: Scheduled (planned departure), Departed (planned + delay), Landed
(departed + time in the air), or Cancelled at the planned time where a flight has no departure.
Times are New York local time; `on_time` is false where the arrival was more than 15 minutes late
or the flight was cancelled. Assess it with
`anlan assess flights_log.csv --tz America/New_York --sla column:on_time --packs PT --out out`.
"""

import csv
import gzip
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta

COLUMNS = ("flight_id", "event", "time", "aircraft", "carrier", "origin", "destination", "on_time")


def events(flight: dict[str, str]) -> Iterator[tuple[str, datetime]]:
    planned = datetime(
        int(flight["year"]), int(flight["month"]), int(flight["day"]),
        int(flight["hour"]) % 24, int(flight["minute"]),
    )  # fmt: skip
    yield "Scheduled", planned
    if not _number(flight["dep_delay"]):
        yield "Cancelled", planned
        return
    departed = planned + timedelta(minutes=float(flight["dep_delay"]))
    yield "Departed", departed
    if _number(flight["air_time"]):
        yield "Landed", departed + timedelta(minutes=float(flight["air_time"]))


def on_time(flight: dict[str, str]) -> str:
    if not _number(flight["dep_delay"]):
        return "false"
    if not _number(flight["arr_delay"]):
        return ""
    return "true" if float(flight["arr_delay"]) <= 15 else "false"


def _number(text: str) -> bool:
    return text not in ("", "NA")


def main(source: str, target: str) -> None:
    with gzip.open(source, "rt", newline="") as stream, open(target, "w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        for flight in csv.DictReader(stream):
            case = (
                f"{flight['year']}-{flight['month']:0>2}-{flight['day']:0>2} "
                f"{flight['carrier']}{flight['flight']} {flight['origin']}"
            )
            kept = on_time(flight)
            for event, moment in events(flight):
                writer.writerow(
                    (case, event, moment.isoformat(sep=" "), flight["tailnum"], flight["carrier"],
                     flight["origin"], flight["dest"], kept)
                )  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
