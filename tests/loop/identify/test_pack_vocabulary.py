from anlan.domain.pack import FINDING_CODES
from anlan.formats.messages import messages
from anlan.formats.packs import load_operators, load_packs
from anlan.loop.identify import FINDERS
from anlan.loop.improve.ideas import _RULES
from anlan.loop.monitor.indicators import KINDS, SHARE


def test_packs_speak_of_exactly_the_findings_there_are():
    assert set(FINDING_CODES) == {code for code, _ in FINDERS}


def test_every_finding_has_pack_risks_an_operator_a_rule_and_an_indicator():
    in_risks = {code for pack in load_packs() for risk in pack.risks for code in risk.findings}
    in_operators = {code for operator in load_operators() for code in operator.findings}
    assert in_risks == in_operators == set(_RULES) == set(FINDING_CODES)
    for code in FINDING_CODES:
        kind = KINDS.get(code, SHARE)
        title = f"monitor.title.{kind.name}.{code}" if kind is SHARE else f"monitor.title.{kind.name}"
        assert title in messages("zh")
        assert title in messages("en")
