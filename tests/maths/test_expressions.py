"""A formula means what arithmetic says, and nothing else can be written in it."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.domain.errors import RefusedInput
from anlan.maths.expressions import DEEPEST, LONGEST, read_expression


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("2 ^ 3 ^ 2", 512),
        ("-2 ^ 2", -4),
        ("2 ^ -1", 0.5),
        ("8 / 4 / 2", 1),
        ("8 - 4 - 2", 2),
        ("--3", 3),
        ("1.5e2 + .5", 150.5),
        ("min(3, 1, 2) + max(1, 2)", 3),
        ("exp(0) + ln(1) + sqrt(9)", 4),
        ("（1＋2）×3÷9", 1),
    ],
)  # fmt: skip
def test_arithmetic_binds_as_it_is_written(text: str, expected: float) -> None:
    assert read_expression(text).value({}) == expected


def test_names_of_any_language_stand_for_arrays() -> None:
    expression = read_expression("频率 * loss_2 + 频率")
    assert expression.names == ("频率", "loss_2")
    assert expression.value({"频率": np.array([1.0, 2.0]), "loss_2": 3.0}).tolist() == [4.0, 8.0]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "expression.syntax"),
        ("1 +", "expression.syntax"),
        ("(1", "expression.syntax"),
        ("1 2", "expression.syntax"),
        ("a.b", "expression.syntax"),
        ("a[0]", "expression.syntax"),
        ("'x'", "expression.syntax"),
        ("1 ** 2", "expression.syntax"),
        ("__import__(1)", "expression.function"),
        ("ln(1, 2)", "expression.arguments"),
        ("max(1)", "expression.arguments"),
        ("(" * 100 + "1" + ")" * 100, "expression.deep"),
        ("-" * (DEEPEST + 2) + "1", "expression.deep"),
        ("1+" * LONGEST + "1", "expression.long"),
    ],
)
def test_what_is_no_arithmetic_is_refused_with_its_place(text: str, code: str) -> None:
    with pytest.raises(RefusedInput) as refused:
        read_expression(text)
    assert refused.value.code == code


def test_the_place_of_a_fault_is_named() -> None:
    with pytest.raises(RefusedInput) as refused:
        read_expression("1 + $ 2")
    assert refused.value.parameters["place"] == 5


_NUMBERS = st.integers(1, 50).map(str)
_TEXTS = st.recursive(
    _NUMBERS,
    lambda inner: st.tuples(inner, st.sampled_from(["+", "-", "*", "/"]), inner).map(
        lambda t: f"({t[0]} {t[1]} {t[2]})"
    ),
    max_leaves=12,
)


@given(_TEXTS)
def test_any_sum_and_product_agrees_with_another_reader(text: str) -> None:
    try:
        expected = float(eval(text))  # the oracle: the language's own arithmetic, on texts made here
    except ZeroDivisionError:
        return
    assert math.isclose(float(read_expression(text).value({})), expected, rel_tol=1e-12, abs_tol=1e-12)
