"""Make the bundled sample log from the UCI incident log (CC BY 4.0, doi:10.24432/C57S4H).

`python tools/make_sample.py incident_event_log.csv.gz src/anlan/samples/incidents.csv.gz`

Kept: every event of the incidents opened from 2016-03-01 up to 2016-04-30, the columns a risk
analysis uses, under their proper names (the copy's `ident_state` is the incident state, its second
`category` the subcategory). `?` (missing) becomes an empty cell. Times become ISO 8601; the order of
rows is kept. The output depends on the input alone.
"""

import csv
import gzip
import io
import sys
from datetime import datetime

COLUMNS = {
    "number": "incident",
    "ident_state": "incident_state",
    "sys_mod_count": "updates_so_far",
    "sys_updated_at": "updated_at",
    "assigned_to": "assigned_to",
    "assignment_group": "assignment_group",
    "opened_at": "opened_at",
    "contact_type": "contact_type",
    "location": "location",
    "category": "category",
    "category.1": "subcategory",
    "impact": "impact",
    "urgency": "urgency",
    "priority": "priority",
    "made_sla": "made_sla",
}
TIMES = ("sys_updated_at", "opened_at")
FIRST, LAST = datetime(2016, 3, 1), datetime(2016, 5, 1)


def main(source: str, target: str) -> None:
    with gzip.open(source, "rt", encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream)
        headings = next(rows)
        seen: dict[str, int] = {}
        names = []
        for heading in headings:
            names.append(heading if heading not in seen else f"{heading}.{seen[heading]}")
            seen[heading] = seen.get(heading, 0) + 1
        places = {name: names.index(name) for name in COLUMNS}
        text = io.StringIO(newline="")
        out = csv.writer(text, lineterminator="\n")
        out.writerow(COLUMNS.values())
        for row in rows:
            if FIRST <= _time(row[places["opened_at"]]) < LAST:
                out.writerow(_value(name, row[place]) for name, place in places.items())
    with open(target, "wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
        packed.write(text.getvalue().encode())


def _time(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y %H:%M")


def _value(name: str, text: str) -> str:
    if text == "?":
        return ""
    return _time(text).isoformat(sep=" ", timespec="minutes") if name in TIMES else text


if __name__ == "__main__":
    main(*sys.argv[1:])
