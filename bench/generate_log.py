"""A log of any size that behaves like the bundled one: `python -m bench.generate_log --events N --out F`.

From the bundled sample: which step follows the last two, how long each pair of steps takes, who does
a step and whether the same person goes on, when in the week cases arrive, and the attributes of a
case. Cases are drawn from that, stretch by stretch of the calendar, and written in order of time,
as an export is; memory does not grow with the size of a CSV. The same seed gives the same file.
"""

import argparse
import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from numpy.typing import NDArray

WEEK_S = 7 * 86_400
FIRST_MONDAY_S = 1_451_865_600  # 2016-01-04
FEWEST_WEEKS = 104
CHUNK = 500_000

Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Draws:
    """Real values to draw from, by key: those of key k are values[offsets[k]:offsets[k + 1]]."""

    values: Codes
    offsets: Codes

    def draw(self, keys: Codes, rng: np.random.Generator) -> Codes:
        n = self.offsets[keys + 1] - self.offsets[keys]
        return self.values[self.offsets[keys] + (rng.random(len(keys)) * n).astype(np.int64)]


@dataclass(frozen=True)
class Behaviour:
    """What the sample does. Activities are 0..a-1; `a` means before the first step or after the last.

    following: (a + 1)^2 rows, cumulated probability of the next activity given the last two.
    gap_s by pair of activities, person by activity; same_person: share of steps whose person goes on.
    case_values: attribute -> texts of the sample's cases, drawn together by case.
    """

    activities: tuple[str, ...]
    following: NDArray[np.float64]
    gap_s: Draws
    person: Draws
    people: tuple[str, ...]
    group_of_person: tuple[str, ...]
    same_person: float
    arrival_in_week_s: Codes
    case_values: Mapping[str, pa.Array]
    mean_length: float


@dataclass(frozen=True)
class Events:
    """Events side by side; `template`: case of the sample whose attributes the case has."""

    case: Codes
    activity: Codes
    person: Codes
    time_s: Codes
    template: Codes

    def take(self, index: NDArray) -> "Events":
        return Events(*(column[index] for column in vars(self).values()))

    def __add__(self, other: "Events") -> "Events":
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return Events(*(np.concatenate(pair) for pair in pairs))


def bundled_behaviour() -> Behaviour:
    """The behaviour of `anlan/samples/incidents.csv.gz`."""
    sample = files("anlan") / "samples" / "incidents.csv.gz"
    with sample.open("rb") as packed, gzip.open(packed) as text:
        table = pyarrow.csv.read_csv(text, convert_options=_AS_TEXT)
    time_s = pc.strptime(table["updated_at"], "%Y-%m-%d %H:%M", "s").cast(pa.int64()).to_numpy()
    case, _ = _coded(table["incident"])
    table = table.take(pa.array(np.lexsort((np.arange(len(case)), time_s, case))))
    time_s = pc.strptime(table["updated_at"], "%Y-%m-%d %H:%M", "s").cast(pa.int64()).to_numpy()
    case, names = _coded(table["incident"])
    activity, activities = _coded(table["incident_state"])
    person, people = _coded(table["assigned_to"])
    first = np.flatnonzero(np.diff(case, prepend=-1))
    inside = np.flatnonzero(np.diff(case, prepend=-1) == 0)
    pair = activity[inside - 1] * len(activities) + activity[inside]
    return Behaviour(
        activities=activities,
        following=_following(case, activity, len(activities)),
        gap_s=_by_key(pair, time_s[inside] - time_s[inside - 1], len(activities) ** 2),
        person=_by_key(activity, person, len(activities)),
        people=tuple(f"Person {name:>04}" if name else "" for name in people),
        group_of_person=_groups(table, person, len(people)),
        same_person=float((person[inside] == person[inside - 1]).mean()),
        arrival_in_week_s=(time_s[first] - FIRST_MONDAY_S) % WEEK_S,
        case_values={
            "contact_type": table["contact_type"].combine_chunks().take(pa.array(first)),
            "location": _labelled("Location ", table["location"], first),
            "category": _labelled("Category ", table["category"], first),
            "priority": _labelled("Priority ", table["priority"], first),
        },
        mean_length=len(case) / len(names),
    )


_AS_TEXT = pyarrow.csv.ConvertOptions(
    column_types={
        name: pa.string()
        for name in ("incident", "updated_at", "assigned_to", "assignment_group", "contact_type",
                     "location", "category", "priority")
    }
)  # fmt: skip


def _coded(column: pa.ChunkedArray) -> tuple[Codes, tuple[str, ...]]:
    coded = pc.fill_null(column, "").combine_chunks().dictionary_encode()
    return coded.indices.to_numpy().astype(np.int64), tuple(coded.dictionary.to_pylist())


def _labelled(label: str, column: pa.ChunkedArray, rows: Codes) -> pa.Array:
    values = pc.fill_null(column, "0").combine_chunks().take(pa.array(rows))
    return pc.binary_join_element_wise(label, values, "")


def _by_key(keys: Codes, values: Codes, n_keys: int) -> Draws:
    order = np.argsort(keys, kind="stable")
    return Draws(values[order], np.searchsorted(keys[order], np.arange(n_keys + 1)))


def _groups(table: pa.Table, person: Codes, n_people: int) -> tuple[str, ...]:
    """The group in which each person is first seen."""
    groups = table["assignment_group"].to_pylist()
    _, first = np.unique(person, return_index=True)
    assert len(first) == n_people
    return tuple(f"Group {groups[row]}" if groups[row] else "" for row in first)


def _following(case: Codes, activity: Codes, n: int) -> NDArray[np.float64]:
    """Cumulated probability of what comes after each two activities, (n + 1)^2 by n + 1."""
    fresh = np.diff(case, prepend=-1) != 0
    before = np.where(fresh, n, np.roll(activity, 1))
    second = np.where(fresh | np.roll(fresh, 1), n, np.roll(activity, 2))
    counts = np.zeros(((n + 1) ** 2, n + 1))
    np.add.at(counts, (second * (n + 1) + before, activity), 1)
    ends = np.flatnonzero(np.roll(fresh, -1))
    np.add.at(counts, (before[ends] * (n + 1) + activity[ends], n), 1)
    return np.cumsum(counts, axis=1) / np.maximum(counts.sum(axis=1, keepdims=True), 1)


def generate(behaviour: Behaviour, *, events: int, seed: int) -> Iterator[Events]:
    """Chunks of `events` events in all, in order of time throughout."""
    n_chunks = -(-events // CHUNK)
    weeks = -(-FEWEST_WEEKS // n_chunks)
    n_cases = int(1.05 * events / n_chunks / behaviour.mean_length) + 20
    left, waiting = events, _no_events()
    for number in range(10 * n_chunks + 100):
        rng = np.random.default_rng([seed, number])
        first_s = FIRST_MONDAY_S + number * weeks * WEEK_S
        waiting += _cases(behaviour, rng, number * n_cases, n_cases, first_s, weeks)
        waiting = waiting.take(np.argsort(waiting.time_s, kind="stable"))
        if len(waiting.case) >= left and number + 1 >= n_chunks:
            yield waiting.take(np.arange(left))
            return
        ready = int(np.searchsorted(waiting.time_s, first_s + weeks * WEEK_S))
        ready = min(ready, left)
        yield waiting.take(np.arange(ready))
        waiting, left = waiting.take(np.arange(ready, len(waiting.case))), left - ready
        if not left:
            return


def _no_events() -> Events:
    return Events(*(np.zeros(0, dtype=np.int64) for _ in range(5)))


def _cases(
    behaviour: Behaviour, rng: np.random.Generator, first_case: int, n: int, first_s: int, weeks: int
) -> Events:
    """`n` cases that arrive in `weeks` weeks from `first_s`, drawn for all at once, step by step."""
    a = len(behaviour.activities)
    alive = np.arange(n)
    template = rng.integers(0, len(behaviour.arrival_in_week_s), n)
    time = first_s + rng.integers(0, weeks, n) * WEEK_S + behaviour.arrival_in_week_s[template]
    time += rng.integers(0, 60, n)
    second, last = np.full(n, a), np.full(n, a)
    person = np.full(n, -1)
    steps = []
    while len(alive):
        chance = rng.random(len(alive))
        coming = (chance[:, None] >= behaviour.following[second * (a + 1) + last]).sum(axis=1)
        go = coming < a
        alive, time, person = alive[go], time[go], person[go]
        second, last, coming = last[go], second[go], coming[go]
        pair = second * a + coming
        if steps:
            time = time + behaviour.gap_s.draw(pair, rng) + rng.integers(1, 60, len(alive))
        drawn = behaviour.person.draw(coming, rng)
        keep = (rng.random(len(alive)) < behaviour.same_person) & (person >= 0)
        person = np.where(keep, person, drawn)
        steps.append(Events(first_case + alive, coming, person, time, template[alive]))
        last = coming
    columns = zip(*(vars(step).values() for step in steps), strict=True)
    return Events(*(np.concatenate(column) for column in columns))


def as_table(events: Events, behaviour: Behaviour) -> pa.Table:
    """Events as an export shows them: names instead of codes."""
    case = pc.utf8_lpad(pa.array(events.case).cast(pa.string()), 8, "0")
    return pa.table(
        {
            "incident": pc.binary_join_element_wise("INC", case, ""),
            "incident_state": _named(behaviour.activities, events.activity),
            "updated_at": pa.array(events.time_s).cast(pa.timestamp("s")),
            "assigned_to": _named(behaviour.people, events.person),
            "assignment_group": _named(behaviour.group_of_person, events.person),
            **{
                name: values.take(pa.array(events.template)) for name, values in behaviour.case_values.items()
            },
        }
    )


def _named(names: tuple[str, ...], codes: Codes) -> pa.Array:
    return pa.array(names).take(pa.array(codes))


def write_csv(path: Path, chunks: Iterator[Events], behaviour: Behaviour) -> None:
    options = pyarrow.csv.WriteOptions(quoting_style="none")
    writer = None
    for chunk in chunks:
        table = as_table(chunk, behaviour)
        writer = writer or pyarrow.csv.CSVWriter(path, table.schema, write_options=options)
        writer.write_table(table)
    if writer is not None:
        writer.close()


def write_xes(path: Path, chunks: Iterator[Events], behaviour: Behaviour) -> None:
    """IEEE 1849, traces in order of their first event; holds the log in memory."""
    events = _no_events()
    for chunk in chunks:
        events += chunk
    table = as_table(events.take(np.argsort(events.case, kind="stable")), behaviour)
    with path.open("w", encoding="utf-8") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0">\n')
        out.writelines(_traces(table))
        out.write("</log>\n")


_CASE_KEYS = ("contact_type", "location", "category", "priority")
_EVENT_KEYS = {
    "incident_state": "concept:name",
    "assigned_to": "org:resource",
    "assignment_group": "org:group",
}


def _traces(table: pa.Table) -> Iterator[str]:
    """Text of each event, with the opening of its trace where one begins."""
    names = [name for name in table.column_names if name != "updated_at"]
    columns = {name: table[name].to_pylist() for name in names}
    quoted = {name: {text: quoteattr(text) for text in set(values)} for name, values in columns.items()}
    times = table["updated_at"].cast(pa.int64()).to_pylist()

    def written(name: str, key: str, row: int) -> str:
        return f'<string key="{key}" value={quoted[name][columns[name][row]]}/>\n'

    open_case = None
    for row, case in enumerate(columns["incident"]):
        if case != open_case:
            yield ("\t</trace>\n" if open_case else "") + "\t<trace>\n"
            yield "\t\t" + written("incident", "concept:name", row)
            yield from ("\t\t" + written(name, name, row) for name in _CASE_KEYS)
            open_case = case
        when = datetime.fromtimestamp(times[row], UTC).isoformat(timespec="milliseconds")
        yield "\t\t<event>\n"
        yield from ("\t\t\t" + written(name, key, row) for name, key in _EVENT_KEYS.items())
        yield '\t\t\t<string key="lifecycle:transition" value="complete"/>\n'
        yield f'\t\t\t<date key="time:timestamp" value="{when}"/>\n\t\t</event>\n'
    yield "\t</trace>\n" if open_case else ""


def main() -> None:
    parser = argparse.ArgumentParser(description="Generate an event log that behaves like the bundled one.")
    parser.add_argument("--events", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True, help="FILE.csv or FILE.xes")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    behaviour = bundled_behaviour()
    write = write_xes if asked.out.suffix == ".xes" else write_csv
    write(asked.out, generate(behaviour, events=asked.events, seed=asked.seed), behaviour)


if __name__ == "__main__":
    main()
