"""The order of a blueprint's columns, by hand and by laws."""

import pytest

from anlan.domain.design import Design, Link, Step
from anlan.domain.design.main_path import Traffic, main_path


def design(*links: str, **forms: str) -> Design:
    """Links written `A>B` or `A>B:0.7`; a form makes a gateway or an event of a step."""
    pairs = [link.partition(":") for link in links]
    made = tuple(
        Link(*pair.split(">"), float(share) if share else None)  # type: ignore[misc]
        for pair, _, share in pairs
    )
    keys = dict.fromkeys(key for link in made for key in (link.source, link.target))
    kinds = {"start": "event", "end": "event", "xor": "gateway", "and": "gateway", "or": "gateway"}
    steps = tuple(
        Step(key, key, kind=kinds.get(forms.get(key, ""), "task"), form=forms.get(key, "")) for key in keys
    )
    return Design(steps, made)


def test_a_row_of_steps_is_its_own_path() -> None:
    path = main_path(design("S>A", "A>B", "B>E", S="start", E="end"))
    assert path.columns == ("A", "B")
    assert (path.under, path.back, path.loose) == ({"A": (), "B": ()}, {}, ())


def test_the_likelier_way_is_the_path_and_the_other_stands_under_the_step_it_leaves() -> None:
    drawn = design("A>X", "X>B:0.3", "X>C:0.7", "B>D", "C>D", X="xor")
    path = main_path(drawn)
    assert path.columns == ("A", "C", "D")
    assert path.under["A"] == ("B",)


def test_a_loop_that_most_work_takes_is_not_the_way_onward() -> None:
    """Repair takes 60 % back: the path still goes on to the end."""
    drawn = design("A>B", "B>X", "X>F:0.6", "F>A", "X>E:0.4", X="xor", E="end")
    path = main_path(drawn)
    assert path.columns == ("A", "B")
    assert path.under["B"] == ("F",)
    looping = main_path(design("A>B", "B>X", "X>A:0.6", "X>C:0.4", X="xor"))
    assert (looping.columns, looping.back) == (("A", "B", "C"), {"B": ("A",)})


def test_a_parallel_gateway_takes_all_its_ways_up_to_where_they_meet() -> None:
    drawn = design("A>P", "P>B", "P>C", "B>B2", "B2>J", "C>J", "J>D", P="and", J="and")
    assert main_path(drawn).columns == ("A", "B", "B2", "C", "D")


def test_parallel_ways_that_never_meet_are_all_on_the_path() -> None:
    assert main_path(design("A>P", "P>B", "P>C", P="and")).columns == ("A", "B", "C")


def test_measured_traffic_goes_before_probabilities_and_says_where_cases_begin_and_end() -> None:
    drawn = design("Z>A", "A>B:0.9", "A>C:0.1", "B>E", "C>E", "E>R")
    traffic = Traffic({("A", "B"): 0.2, ("A", "C"): 0.8, ("E", "R"): 0.1}, {"A": 5.0, "Z": 1.0}, {"E": 0.9})
    path = main_path(drawn, traffic)
    assert path.columns == ("A", "C", "E")
    assert path.under["E"] == ("R",)
    assert path.loose == ("Z",)


@pytest.mark.parametrize("seed", range(60))
def test_every_step_of_work_has_one_place(seed: int) -> None:
    """Columns, alternatives and loose steps are all steps, each once; a path follows links where no gateway
    splits it."""
    import random

    draw = random.Random(seed)
    keys = [f"k{i}" for i in range(draw.randint(1, 14))]
    links = {(draw.choice(keys), draw.choice(keys)) for _ in range(draw.randint(0, 30))}
    made = Design(
        tuple(Step(key, key) for key in keys),
        tuple(Link(u, v, draw.choice((None, draw.random()))) for u, v in sorted(links)),
    )
    path = main_path(made)
    placed = [*path.columns, *(key for under in path.under.values() for key in under), *path.loose]
    assert sorted(placed) == sorted(keys)
    assert all(pair in links for pair in zip(path.columns, path.columns[1:], strict=False))
    for key, back in path.back.items():
        assert all(path.columns.index(to) < path.columns.index(key) for to in back)


def test_a_step_that_no_link_leads_to_stands_where_measured_work_came_from() -> None:
    drawn = design("A>B", "R>B", "Q>B")
    passages = {("A", "R"): 2.0, ("B", "R"): 9.0, ("R", "Q"): 1.0, ("gone", "Q"): 5.0}
    path = main_path(drawn, Traffic(starts={"A": 3.0}, passages=passages))
    assert path.columns == ("A", "B")
    assert path.under == {"A": (), "B": ("R", "Q")}
    assert path.loose == ()


def test_an_empty_design_has_no_path() -> None:
    assert main_path(Design()).columns == ()


def test_a_thousand_steps_in_nested_parallels_are_ordered_in_no_time() -> None:
    n = 300
    links = [f"P{i}>P{i + 1}" for i in range(n)] + [f"P{i}>T{i}" for i in range(n)]
    path = main_path(design(*links, **{f"P{i}": "and" for i in range(n + 1)}))
    assert len(path.columns) == n
