import numpy as np
import pytest

from anlan.loop.identify import SlaSettings
from anlan.loop.identify.outcome_columns import known_after
from finders import add_type, context_of, found
from logs import random_draft

AFTER = (
    "closed_code",
    "u_closeCode",
    "Resolution",
    "resolved_by",
    "root_cause",
    "结案方式",
    "是否办结",
    "满意度",
    "code",
)
BEFORE = ("category", "priority", "area_code", "channel", "渠道", "区域")


@pytest.mark.parametrize("name", AFTER)
def test_a_column_of_the_case_named_like_an_outcome_is_known_after(name):
    draft = random_draft(seed=1, n_cases=50, attributes={name: ["a", "b"]})
    assert known_after(context_of(draft.build()), name)


@pytest.mark.parametrize("name", BEFORE)
def test_other_columns_are_not(name):
    draft = random_draft(seed=1, n_cases=50, attributes={name: ["a", "b"]})
    assert not known_after(context_of(draft.build()), name)


def _written(draft, values: np.ndarray):
    draft.attributes["close_code"] = values
    return context_of(draft.build())


def test_a_column_that_changes_on_the_way_is_known_at_the_first_event():
    draft = random_draft(seed=1, n_cases=200)
    alike = np.where(draft.case % 2 == 0, "a", "b").astype(object)
    assert known_after(_written(draft, alike), "close_code")
    changing = np.where((draft.steps == "close") & (draft.case % 20 == 0), "c", alike).astype(object)
    assert not known_after(_written(draft, changing), "close_code")


def test_a_column_filled_at_the_end_forms_no_groups():
    draft = random_draft(seed=1, n_cases=200)
    late = np.where(draft.steps == "close", np.where(draft.case % 2 == 0, "a", "b"), None).astype(object)
    context = _written(draft, late)
    assert "close_code" not in context.strata


def test_findings_of_such_a_column_say_so():
    draft = random_draft(seed=2, n_cases=800)
    slow = add_type(draft, 0.3, seed=3, name="closed_code")
    draft.gap_s[slow[draft.case]] *= 3
    log = draft.build()
    sla = SlaSettings(case_limit_us=8 * 3_600_000_000)
    for code in ("group_disparity", "sla_breach_driver"):
        findings = [f for f in found(log, code, sla=sla) if f.detail == "closed_code=complex"]
        assert ["known_after" in f.notes for f in findings] == [True]
