"""What the audit trail calls the things that were changed: by code or name, never as a class."""

import pytest

from anlan.web.catalog.models import LogImport, Process
from anlan.web.people.models import Unit
from anlan.web.risks.models import Appetite, Assessment, Candidate, Criteria, Risk


@pytest.mark.parametrize(
    ("thing", "name"),
    [
        (Assessment(number=2, risk=Risk(code="R-0047")), "R-0047 #2"),
        (Candidate(code="F-0001", title={"zh": "错派", "en": "Wrong"}), "F-0001 错派"),
        (Appetite(unit=Unit(code="NH"), category="people"), "NH people"),
        (Criteria(name="通用", number=3), "通用 v3"),
        (LogImport(process=Process(code="P-001"), name="一月.csv"), "P-001 一月.csv"),
    ],
)
def test_it_has_a_readable_name(thing, name: str) -> None:
    assert str(thing) == name
