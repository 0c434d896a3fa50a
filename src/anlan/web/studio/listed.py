"""Designs, proposals and comparisons of a twin for its page."""

from typing import Any

from anlan.web.people.models import User
from anlan.web.studio import selectors
from anlan.web.studio.models import Twin, TwinDesign
from anlan.web.studio.origins import origins_of
from anlan.web.studio.places import fault_said
from anlan.web.studio.services.checking import faults_of
from anlan.web.studio.told import changes_said, proposal_name

_MOST_FAULTS = 3


def designs_part(user: User, twin: Twin) -> dict[str, Any]:
    """What is tried on the twin; a proposal that was taken up is no longer listed."""
    found = [
        (each, changes_said(each.changes), selectors.state_of(each), _faults(twin, each))
        for each in selectors.designs_of(user).filter(twin=twin).order_by("id")
    ]
    names = {each.name for each, *_ in found}
    return {
        "designs": found,
        "comparisons": selectors.comparisons_of(user).filter(twin=twin)[:10],
        "proposals": [each for each in _proposals(user, twin) if not names & {each["name"], each["said"]}],
    }


def _faults(twin: Twin, design: TwinDesign) -> list[str]:
    """Why one that came along does not apply here; another was checked when it was made."""
    if design.carried_from_id is None:
        return []
    return [
        fault_said(each, changes=design.changes)
        for each in faults_of(twin, design.name, design.changes)[:_MOST_FAULTS]
    ]


def _proposals(user: User, twin: Twin) -> list[dict[str, Any]]:
    """What was proposed, with what it rests on."""
    origins = origins_of(user, twin.process, twin.proposals)
    return [
        {"number": number, "name": each["name"], "said": proposal_name(each), "effort": each["effort"],
         "origin": origin, "changes": changes_said(each["changes"])}
        for number, (each, origin) in enumerate(zip(twin.proposals, origins, strict=True))
    ]  # fmt: skip
