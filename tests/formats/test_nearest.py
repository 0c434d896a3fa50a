"""The name that was probably meant, or none."""

import pytest

from anlan.domain.errors import RefusedInput, UsageError
from anlan.formats.error_words import error_text
from anlan.formats.nearest import nearest


@pytest.mark.parametrize(
    ("found", "known", "meant"),
    [
        ("Resloved", ["New", "Resolved", "Closed"], "Resolved"),
        ("RESOLVED", ["New", "Resolved"], "Resolved"),
        ("案列", ["活动", "案例"], "案例"),
        ("made-sla", ["category", "made_sla"], "made_sla"),
        ("--bugdet", ["--budget", "--tz"], "--budget"),
        ("zzz", ["New", "Resolved"], None),
        ("", ["New"], None),
        ("New", [], None),
    ],
)
def test_the_closest_name_is_proposed_where_one_is_close(
    found: str, known: list[str], meant: str | None
) -> None:
    assert nearest(found, known) == meant


@pytest.mark.parametrize(
    ("language", "hint"), [("zh", "您是不是要写“Resolved”？"), ("en", "Did you mean “Resolved”?")]
)
def test_an_error_about_an_unknown_name_proposes_the_known_one(language: str, hint: str) -> None:
    error = UsageError("option.sla_activity", found="Resloved", known=["New", "Resolved"])
    assert error_text(error, language).endswith(hint)
    far = UsageError("option.sla_activity", found="Xq", known=["New", "Resolved"])
    assert not error_text(far, language).endswith(hint)
    several = RefusedInput("sla.unknown_activity", names=("Resloved",), accepted=("New", "Resolved"))
    assert error_text(several, language).endswith(hint)
