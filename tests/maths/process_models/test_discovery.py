"""Discovered trees: known logs, and the promise that without noise every variant is replayed."""

from collections import Counter

import numpy as np
import pytest

from anlan.domain.errors import UsageError
from anlan.maths.process_models.alignments import Aligner, SearchBudget
from anlan.maths.process_models.discovery import discover
from anlan.maths.process_models.markings import Markings, soundness
from anlan.maths.process_models.nets import net_of_tree
from anlan.maths.process_models.trees import shown
from process_languages import one_run, random_tree

LITTLE = SearchBudget(per_variant=50_000)


def log_of(**traces: int) -> dict[tuple[str, ...], int]:
    return {tuple(trace): count for trace, count in traces.items()}


def costs(variants: dict[tuple[str, ...], int], **settings: float) -> dict[tuple[str, ...], int]:
    aligner = Aligner(Markings(net_of_tree(discover(variants, **settings).tree)), LITTLE)
    known = {label: number for number, label in enumerate(aligner.markings.labels)}
    return {trace: aligner.align([known.get(a, -1) for a in trace]).cost for trace in variants}


@pytest.mark.parametrize(
    ("variants", "tree"),
    [
        (log_of(abcd=3, acbd=2, aed=1), "→( 'a', ×( ∧( 'b', 'c' ), 'e' ), 'd' )"),
        (log_of(abdef=1, abef=1, aef=1), "→( 'a', ×( 'b', τ ), ×( 'd', τ ), 'e', 'f' )"),
        (log_of(ab=1, abcab=1), "↺( →( 'a', 'b' ), 'c' )"),
        (log_of(a=1, aa=1, aaa=1), "↺( 'a', τ )"),
        (log_of(ab=2, cd=1), "×( →( 'a', 'b' ), →( 'c', 'd' ) )"),
    ],
)
def test_known_logs_give_known_trees(variants: dict[tuple[str, ...], int], tree: str) -> None:
    assert shown(discover(variants).tree) == tree


def test_the_claims_log_gives_back_the_claims_model() -> None:
    """The six sequences of van der Aalst 2016, Process Mining, table 2.2: register (a), examine (b or c)
    beside check (d), decide (e), start again (f), pay (g) or reject (h)."""
    variants = log_of(abdeh=1, adceg=1, acdefbdeg=1, adbeh=1, acdefdcefcdeh=1, acdeg=1)
    assert shown(discover(variants).tree) == (
        "→( 'a', ↺( →( ∧( ×( 'b', 'c' ), 'd' ), 'e' ), 'f' ), ×( 'g', 'h' ) )"
    )


@pytest.mark.parametrize("seed", range(40))
def test_without_noise_every_variant_is_replayed(seed: int) -> None:
    rng = np.random.default_rng(seed)
    letters = list("abcdefg")[: int(rng.integers(1, 8))]
    variants = Counter(
        tuple(rng.choice(letters, size=rng.integers(0, 9)).tolist()) for _ in range(int(rng.integers(1, 12)))
    )
    assert set(costs(variants).values()) == {0}


@pytest.mark.parametrize("seed", range(15))
def test_the_model_of_many_runs_replays_them_and_is_sound(seed: int) -> None:
    rng = np.random.default_rng(seed)
    tree = random_tree(rng, list("abcde"))
    variants = Counter(run for run in (one_run(tree, rng) for _ in range(300)) if len(run) <= 25)
    found = discover(variants)
    assert set(costs(variants).values()) == {0}
    assert soundness(Markings(net_of_tree(found.tree))).verdict == "sound"


def test_noise_leaves_out_what_is_rare_and_says_how_much() -> None:
    """Unfiltered the edges go round in a circle that may begin anywhere, and no cut holds."""
    variants = log_of(abcd=500, dabc=3, cdab=2)
    strict, filtered = discover(variants), discover(variants, noise=0.2)
    assert shown(filtered.tree) == "→( 'a', 'b', 'c', 'd' )"
    assert filtered.events_left_out > 0
    assert strict.events_left_out == 0
    assert shown(strict.tree) != shown(filtered.tree)


def test_a_flower_is_the_last_resort_and_is_named() -> None:
    variants = log_of(abcab=1, bca=1, cab=1, acb=1, bb=1, cc=1, aab=1, cba=1, bac=1)
    found = discover(variants)
    assert set(costs(variants).values()) == {0}
    assert all(set(flower) <= set("abc") for flower in found.flowers)


def test_the_order_of_the_variants_changes_nothing() -> None:
    rng = np.random.default_rng(3)
    variants = {
        tuple(rng.choice(list("abcdef"), size=6).tolist()): int(n) for n in rng.integers(1, 9, size=20)
    }
    turned = dict(reversed(variants.items()))
    assert discover(variants, noise=0.2) == discover(turned, noise=0.2)


@pytest.mark.parametrize("noise", [-0.1, 0.95, float("nan")])
def test_a_noise_outside_its_range_is_refused(noise: float) -> None:
    with pytest.raises(UsageError, match="noise"):
        discover(log_of(ab=1), noise=noise)
