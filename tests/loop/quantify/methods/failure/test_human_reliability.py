"""Steps by each technique, put together, and what is refused."""

from typing import Any

import pytest

from anlan.domain.method import Answer
from anlan.formats.messages import LANGUAGES, messages
from anlan.loop.quantify.methods.failure.human_reliability import METHOD
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.maths.human_error.heart import GENERIC_TASKS, GREATEST_EFFECTS
from anlan.maths.human_error.spar_h import MULTIPLIERS

GIVEN = {"name": "read", "technique": "given", "probability": 0.01, "error_factor": 3}


def _answer(*steps: dict[str, Any], **more: Any) -> Answer:
    return METHOD.run(read_inputs(METHOD.fields, {"steps": list(steps), **more}))


def _refused(*steps: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(RefusedInputs) as refused:
        _answer(*steps)
    return [(fault.code, fault.parameters["where"]) for fault in refused.value.several]


def test_a_check_that_depends_is_worth_less() -> None:
    check = {"name": "check", "technique": "given", "probability": 0.1, "dependence": "high"}
    found = _answer(GIVEN, check, fails_when="all")
    assert found.headline.value == pytest.approx(0.01 * (1 + 0.1) / 2)
    assert found.quantities[1].value == pytest.approx(0.001)
    assert [found.headline.low, found.headline.high] == pytest.approx([0.055 * 0.1 / 3, 0.55 * 0.03])


def test_three_negative_factors_bring_the_adjustment_and_a_warning() -> None:
    factors = [("time", "barely"), ("stress", "extreme"), ("procedures", "missing"), ("training", "nominal")]
    step = {
        "name": "decide",
        "technique": "spar_h",
        "task": "diagnosis",
        "factors": [{"factor": factor, "level": level} for factor, level in factors],
    }
    found = _answer(step)
    assert found.headline.value == pytest.approx(0.01 * 2500 / (0.01 * 2499 + 1))
    assert [note.code for note in found.warnings] == ["hra.adjusted"]
    unfit = _answer({**step, "factors": [{"factor": "fitness", "level": "unfit"}]})
    assert unfit.headline.value == 1.0


def test_heart_takes_a_condition_by_its_number() -> None:
    step = {"name": "a", "technique": "heart", "task": "e",
            "conditions": [{"number": 1, "proportion": 0.5}]}  # fmt: skip
    found = _answer(step).headline
    assert found.value == pytest.approx(0.02 * 9)
    assert [found.low, found.high] == pytest.approx([0.007 * 9, 0.045 * 9])
    (said,) = [note for note in _answer(step).assumptions if note.code.startswith("heart.")]
    assert (said.code, said.parameters["step"]) == ("heart.task_E", "a")


def test_every_generic_task_has_words() -> None:
    for language in LANGUAGES:
        assert all(f"method_notes.heart.task_{task}" in messages(language) for task in GENERIC_TASKS)


def test_faults_of_all_steps_are_told_together() -> None:
    heart = {"name": "a", "technique": "heart", "task": "Z", "conditions": [{"proportion": 1}]}
    shaped = {
        "name": "a",
        "technique": "spar_h",
        "task": "action",
        "factors": [{"factor": "complexity", "level": "obvious"}] * 2,
    }
    assert _refused({**heart, "dependence": "low"}, shaped, {"name": "c", "technique": "given"}) == [
        ("method.twice", "steps[2].name"),
        ("method.not_a_choice", "steps[1].task"),
        ("hra.condition", "steps[1].conditions[1]"),
        ("method.not_a_choice", "steps[2].factors[1].level"),
        ("hra.factor_twice", "steps[2].factors[2].factor"),
        ("method.not_a_choice", "steps[2].factors[2].level"),
        ("method.missing_input", "steps[3].probability"),
        ("hra.first", "steps[1].dependence"),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_condition_and_every_level_has_words(language: str) -> None:
    keys = [f"method_notes.heart.condition_{n + 1}" for n in range(len(GREATEST_EFFECTS))]
    keys += [
        f"method_notes.spar_h.{factor}.{level}"
        for kind in MULTIPLIERS.values()
        for factor, levels in kind.items()
        for level in levels
    ]
    assert not [key for key in keys if key not in messages(language)]


@pytest.mark.parametrize(("p", "fails_when", "told"), [(1e-3, "all", True), (4e-3, "all", False),
                                                       (1e-3, "any", False)])  # fmt: skip
def test_joint_errors_too_rare_to_believe_are_told(p: float, fails_when: str, told: bool) -> None:
    steps = [{"name": name, "technique": "given", "probability": p} for name in "ab"]
    codes = [note.code for note in _answer(*steps, fails_when=fails_when).warnings]
    assert ("hra.joint_very_small" in codes) is told
