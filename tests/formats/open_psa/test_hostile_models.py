"""Open-PSA models that no program wrote: refused in words, whatever stands in them."""

from pathlib import Path

import pytest

from anlan.domain.errors import RefusedInput
from anlan.formats.settings_bytes import SettingsBytes
from anlan.studies.methods.assessing import assess_by_spec
from anlan.studies.methods.open_psa import document_of

_EVENT = '<define-basic-event name="e"><float value="0.1"/></define-basic-event>'
_TOP = '<define-gate name="t"><and><event name="e"/><event name="e"/></and></define-gate>'


def _gate(inside: str) -> str:
    return f'<define-gate name="t">{inside}</define-gate>{_EVENT}'


def _number(inside: str) -> str:
    return f'{_TOP}<define-basic-event name="e">{inside}</define-basic-event>'


def _group(level: str) -> str:
    factor = f'<factor level="{level}"><float value="0.1"/></factor>'
    members = '<members><basic-event name="e"/><basic-event name="f"/></members>'
    rest = '<distribution><float value="0.1"/></distribution>'
    inside = f"{members}{rest}<factors>{factor}</factors>"
    return f'{_TOP}<define-CCF-group name="g" model="MGL">{inside}</define-CCF-group>'


@pytest.mark.parametrize(
    "body",
    [
        "",
        _gate(f'<atleast min="{"9" * 5_000}"><event name="e"/></atleast>'),
        _gate('<atleast min="²"><event name="e"/></atleast>'),
        _gate("<not>" * 95 + "<event/>" + "</not>" * 95),
        _gate('<and><gate name="t"/></and>'),
        _gate("<and/>"),
        _number('<lognormal-deviate><float value="1e200"/><float value="1e200"/></lognormal-deviate>'),
        _number('<lognormal-deviate><float value="-1e300"/><float value="1e160"/></lognormal-deviate>'),
        _number('<float value="nan"/>'),
        _number(f'<int value="{"9" * 5_000}"/>'),
        _number('<parameter name="p"/>')
        + '<define-parameter name="p"><parameter name="p"/></define-parameter>',
        _group("9" * 5_000),
        _group("-1"),
        "<a>" * 300 + "</a>" * 300,
    ],
)
def test_a_hostile_model_is_refused_in_words(body: str) -> None:
    content = f"<opsa-mef>{body}</opsa-mef>".encode()
    with pytest.raises(RefusedInput):
        assess_by_spec(document_of(SettingsBytes(Path("model.xml"), content)))
