"""A design: edits, doubts about it, and what changed."""

import pytest

from anlan.domain.design import Design, Link, Step, changes_between, checked, doubts_of
from anlan.domain.design.edits import (
    add_step,
    change_link,
    change_step,
    connect,
    disconnect,
    move_step,
    remove_step,
)
from anlan.domain.errors import UsageError


def line(keys: str) -> Design:
    """Steps named by letters, each linked to the next."""
    return Design(tuple(Step(k, k) for k in keys), tuple(map(Link, keys, keys[1:])))


def keys(design: Design) -> str:
    return "".join(step.key for step in design.steps)


def codes(design: Design) -> list[tuple[str, tuple[str, ...]]]:
    return [(doubt.code, doubt.steps) for doubt in doubts_of(design)]


def test_a_step_is_added_in_its_place_with_a_link_and_a_key_of_its_own() -> None:
    added = add_step(line("abc"), Step("", "b"), after="a")
    assert [s.key for s in added.steps] == ["a", "b 2", "b", "c"]
    assert Link("a", "b 2") in added.links
    assert add_step(Design(), Step("", "x", kind="gateway")).steps == (
        Step("x", "x", kind="gateway", form="xor"),
    )


def test_a_renamed_step_keeps_its_key_and_links() -> None:
    renamed = change_step(line("ab"), "a", name="z", kind="event", form="start")
    assert renamed.step("a").name == "z"
    assert renamed.links == line("ab").links
    assert change_step(renamed, "a", kind="task").step("a").form == ""


def test_removing_takes_the_links_along_and_moving_none() -> None:
    assert remove_step(line("abc"), "b") == Design((Step("a", "a"), Step("c", "c")), ())
    assert keys(move_step(line("abcd"), "d", by=-2)) == "adbc"
    assert keys(move_step(line("abc"), "a", by=-1)) == keys(move_step(line("abc"), "c", by=9)) == "abc"
    assert move_step(line("abc"), "a", by=1).links == line("abc").links


def test_links_are_made_changed_and_taken_away() -> None:
    made = connect(line("ab"), Link("b", "a", 0.5, "again"))
    changed = change_link(made, "b", "a", probability=None, condition="")
    assert changed.link("b", "a") == Link("b", "a")
    assert disconnect(changed, "b", "a") == line("ab")


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (lambda d: add_step(d, Step("", " ")), "design.name_missing"),
        (lambda d: add_step(d, Step("", "x", sla_s=0)), "design.promise"),
        (lambda d: add_step(d, Step("", "x", criticality=6)), "design.criticality"),
        (lambda d: add_step(d, Step("", "x", kind="dance")), "design.kind"),
        (lambda d: add_step(d, Step("", "x"), after="q"), "design.unknown_step"),
        (lambda d: change_step(d, "a", role="x" * 81), "design.too_long"),
        (lambda d: connect(d, Link("a", "b")), "design.link_twice"),
        (lambda d: connect(d, Link("a", "q")), "design.unknown_step"),
        (lambda d: connect(d, Link("b", "a", 1.5)), "design.probability"),
        (lambda d: connect(d, Link("b", "a", float("nan"))), "design.probability"),
        (lambda d: disconnect(d, "b", "a"), "design.unknown_link"),
        (lambda d: checked(Design((*d.steps, Step("a", "a")), ())), "design.step_twice"),
        (lambda d: checked(Design((Step("a", "a", form="xor"),), ())), "design.form"),
        (lambda d: checked(Design(tuple(Step(str(i), "x") for i in range(1001)))), "design.too_many_steps"),
    ],
)
def test_an_edit_that_cannot_be_kept_says_why(edit, code: str) -> None:
    with pytest.raises(UsageError) as refused:
        edit(line("ab"))
    assert refused.value.code == code


def test_a_sound_line_raises_no_doubt_and_an_empty_one_does() -> None:
    assert codes(line("abc")) == []
    assert codes(Design()) == [("empty", ())]


def test_what_cannot_be_reached_or_left_is_doubted() -> None:
    island = Design(
        (*line("ab").steps, Step("x", "x"), Step("y", "y")),
        (*line("ab").links, Link("x", "y"), Link("y", "x")),
    )
    assert codes(island) == [("unreachable", ("x", "y")), ("no_way_out", ("x", "y"))]
    assert codes(connect(line("ab"), Link("b", "a"))) == [("no_end", ())]


def test_start_events_are_the_starts_wherever_they_stand() -> None:
    design = Design((Step("b", "b"), Step("a", "a", kind="event", form="start")), (Link("a", "b"),))
    assert codes(design) == []
    assert codes(remove_step(design, "a")) == []


def test_probabilities_of_a_split_should_be_all_given_and_sum_to_one() -> None:
    def split(kind: str, form: str, *shares: float | None) -> Design:
        steps = (Step("g", "g", kind=kind, form=form), *(Step(str(i), "x") for i in range(len(shares))))
        return Design(steps, tuple(Link("g", str(i), share) for i, share in enumerate(shares)))

    assert codes(split("gateway", "xor", 0.7, 0.3)) == codes(split("task", "", None, None)) == []
    assert codes(split("task", "", 0.1, *[0.3] * 3)) == []
    assert codes(split("gateway", "xor", 0.7, 0.2)) == [("probabilities", ("g",))]
    assert doubts_of(split("gateway", "xor", 0.7, 0.2))[0].total == pytest.approx(0.9)
    assert codes(split("task", "", 0.7, None)) == [("probabilities_partly", ("g",))]
    assert codes(split("gateway", "and", 1.0, 1.0)) == codes(split("gateway", "or", 0.7, 0.7)) == []


def test_the_same_design_has_no_changes_and_each_change_is_named_once() -> None:
    old = line("abcde")
    assert changes_between(old, old) == []
    new = change_step(move_step(remove_step(old, "b"), "e", by=-3), "c", name="C", sla_s=60)
    new = connect(add_step(new, Step("", "n")), Link("e", "n", 0.5))
    found = [(c.code, c.key, c.field, c.old, c.new) for c in changes_between(old, new)]
    assert found == [
        ("moved", "e", "", 5, 1), ("renamed", "c", "name", "c", "C"), ("changed", "c", "sla_s", None, 60),
        ("added", "n", "", None, None), ("removed", "b", "", None, None),
        ("link_added", "e", "", None, None), ("link_removed", "a", "", None, None),
        ("link_removed", "b", "", None, None),
    ]  # fmt: skip


def test_changed_links_tell_both_values() -> None:
    new = change_link(line("ab"), "a", "b", probability=1.0, condition="always")
    found = [(c.code, c.name, c.target, c.field, c.old, c.new) for c in changes_between(line("ab"), new)]
    assert found == [
        ("link_changed", "a", "b", "probability", None, 1.0),
        ("link_changed", "a", "b", "condition", "", "always"),
    ]  # fmt: skip


def test_one_step_carried_over_many_is_one_move() -> None:
    moved = [c.key for c in changes_between(line("abcdefg"), move_step(line("abcdefg"), "g", by=-6))]
    assert moved == ["g"]
