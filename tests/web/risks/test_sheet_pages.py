"""Pages of sessions with a sheet: an expert's on a phone, the leader's, the forms they begin with."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anlan.web.common.models import AuditEvent
from anlan.web.risks.models import ExpertAnswer, Workshop
from anlan.web.risks.services import (
    Expert,
    answer,
    close_round,
    create_workshop,
    open_round,
    revoke_link,
)
from anlan.web.risks.services.session_answers import sheet_answers
from web.risks.sheet_sessions import FIRST, give, new_session


@pytest.fixture
def session(organisation) -> tuple[Workshop, dict[str, str]]:
    workshop, tokens = new_session(organisation)
    return open_round(workshop, actor=organisation.people["risk_manager"]), tokens


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_expert_compares_by_link_and_sees_consistency_at_once(organisation, session, language) -> None:
    _, tokens = session
    visitor = Client(headers={"accept-language": language})
    place = f"/risks/answer/{tokens['E1']}/"
    first = visitor.get(place).content.decode()
    assert "降低风险" in first
    assert first.count('type="radio"') == 18
    live = {"headers": {"HX-Request": "true"}}
    visitor.post(f"{place}?q=1", {"value": "3"}, **live)
    visitor.post(f"{place}?q=2", {"value": "-9"}, **live)
    state = visitor.post(f"{place}?q=3", {"value": "3"}, **live).content.decode()
    assert "<html" not in state
    assert "CR" in state
    assert {"zh": "判断前后有矛盾", "en": "contradict each other"}[language] in state
    assert "?q=" in state
    mended = visitor.post(f"{place}?q=2", {"value": "9"}, **live).content.decode()
    assert {"zh": "判断前后有矛盾", "en": "contradict each other"}[language] not in mended
    end = visitor.get(f"{place}?q=end").content.decode()
    assert {"zh": "全部答完", "en": "All answered"}[language] in end
    gone = visitor.post(f"{place}?q=3", {"value": "none", "go": "next"})
    assert gone["Location"].endswith("?q=end")
    assert ExpertAnswer.objects.get(item__position=2).estimate == {}
    assert visitor.post(f"{place}?q=1", {"value": "12"}).status_code == 422
    passed = visitor.post(f"{place}?q=1", {"go": "next"})
    assert passed["Location"].endswith("?q=2")
    assert ExpertAnswer.objects.filter(item__position=0).get().estimate == {"value": 3.0}


def test_the_next_round_tells_what_all_said_without_names(organisation, session) -> None:
    manager, (workshop, tokens) = organisation.people["risk_manager"], session
    give(workshop)
    answer(workshop.invitations.get(pseudonym="E2"), workshop.items.first(), given={"value": 2},
           reason="去年两次")  # fmt: skip
    open_round(close_round(workshop, actor=manager), actor=manager)
    page = Client(headers={"accept-language": "en"}).get(f"/risks/answer/{tokens['E1']}/").content.decode()
    assert "Geometric mean of 3 experts" in page
    assert "“降低风险” matters 1.44 times as much" in page
    assert "去年两次" in page
    assert "赵启航" not in page
    assert "(E2)" not in page


def test_links_end_when_taken_back_and_answers_stand(organisation, session) -> None:
    manager, (workshop, tokens) = organisation.people["risk_manager"], session
    give(workshop, {"E1": FIRST["E1"]})
    page = f"/risks/workshops/{workshop.code}/"
    invitation = workshop.invitations.get(pseudonym="E1")
    client = organisation.client("risk_manager")
    assert client.post(f"{page}move/", {"step": f"revoke-{invitation.pk}"}).status_code == 302
    assert Client().get(f"/risks/answer/{tokens['E1']}/").status_code == 404
    assert len(sheet_answers(workshop, 1)["E1"]) == 3
    assert AuditEvent.objects.filter(action="risks.workshop.revoke_link", actor=manager).count() == 1
    auditor = organisation.client("auditor")
    other = workshop.invitations.get(pseudonym="E2")
    auditor.post(f"{page}move/", {"step": f"revoke-{other.pk}"})
    other.refresh_from_db()
    assert not other.revoked
    revoke_link(other, actor=manager)
    assert Client().get(f"/risks/answer/{tokens['E2']}/").status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_leader_sees_counts_while_it_is_open_and_weights_after(organisation, session, language) -> None:
    manager, (workshop, _) = organisation.people["risk_manager"], session
    client, page = (
        organisation.client("risk_manager", language=language),
        f"/risks/workshops/{workshop.code}/",
    )
    give(workshop)
    shown = client.get(page).content.decode()
    assert "3 / 3" in shown
    assert "0.5" not in shown
    close_round(workshop, actor=manager)
    shown = client.get(page).content.decode()
    for name in ("aij", "aip"):
        assert name.upper() in shown
    assert "W" in shown
    record = client.get(f"{page}record/").content.decode()
    assert "1/2" in record
    assert "何晓" not in record
    assert "何晓" not in organisation.client("auditor").get(page).content.decode()


@pytest.mark.parametrize("kind", ["ahp_pairs", "fuzzy_sheet"])
def test_more_questions_and_experts_ask_the_database_no_more_often(organisation, kind) -> None:
    manager, client = organisation.people["risk_manager"], organisation.client("risk_manager")

    def queries(n_items: int, n_experts: int) -> list[int]:
        names = [f"项{k}" for k in range(n_items)]
        factors = [{"name": name, "weight": 1 / n_items} for name in names]
        content = {"goal": "g", "items": [{"name": name} for name in names]}
        content = content if kind == "ahp_pairs" else {"factors": factors, "grades": ["低", "高"]}
        workshop, tokens = create_workshop(
            unit=organisation.north, title="x", purpose="", kind=kind, content=content, actor=manager,
            experts=[Expert(str(k)) for k in range(n_experts)],
        )  # fmt: skip
        workshop = open_round(workshop, actor=manager)
        given = {"value": 3} if kind == "ahp_pairs" else {"grade": "高"}
        for invitation in workshop.invitations.all():
            for item in workshop.items.all():
                answer(invitation, item, given=given)
        open_round(close_round(workshop, actor=manager), actor=manager)
        page = f"/risks/workshops/{workshop.code}/"
        token = tokens["E1"]
        asked = [(client, page), (client, f"{page}record/"), (Client(), f"/risks/answer/{token}/"),
                 (Client(), f"/risks/answer/{token}/?q=end")]  # fmt: skip
        found = []
        for browser, address in asked:
            browser.get(address)
            with CaptureQueriesContext(connection) as seen:
                assert browser.get(address).status_code == 200
            found.append(len(seen))
        return found

    assert queries(2, 3) == queries(7, 6)


FORMS = {
    "ahp_pairs": {"goal": "g", "items": "a\n  a1\n  a2\nb", "group": "aip", "synthesis": "ideal",
                  "alternatives": "x、y", "ticked_as": "items"},
    "fuzzy_sheet": {"factors": "人 | 60%\n\t新员工\t1\n机 | 0.4", "grades": "低,高", "operator": "min_max",
                    "principle": "mean"},
    "score_sheet": {"indicators": "p\nq | 3", "low": "1", "high": "5"},
    "cooke": {"seeds": "s1 | 12 | 次\ns2 | 3 | 天 | log", "targets": "t | 次"},
}  # fmt: skip


SENT = {
    "ahp_pairs": ({"value": "-3"}, {"value": "x"}),
    "fuzzy_sheet": ({"grade": "spread", "share_0": "30", "share_1": "70"},
                    {"grade": "spread", "share_0": "30"}),
    "score_sheet": ({"score": "4"}, {"score": "9"}),
    "cooke": ({"low": "1", "median": "2", "high": "4"}, {"low": "1", "go": "next"}),
}  # fmt: skip


"""What an expert sends, right and wrong."""


@pytest.mark.parametrize("kind", FORMS)
def test_from_each_form_to_an_answer_by_link(organisation, kind) -> None:
    client = organisation.client("risk_manager", language="en")
    address = f"/risks/workshops/new/?kind={kind}"
    assert client.get(address).status_code == 200
    form = {"unit": organisation.north.pk, "title": "x", "days": 7, "most_rounds": 2, "experts": "甲\n乙\n丙"}
    sent = client.post(address, form | FORMS[kind])
    assert sent.status_code == 302
    made = Workshop.objects.get()
    assert made.kind == kind
    assert made.most_rounds == (1 if kind == "cooke" else 2)
    page = client.get(sent["Location"]).content.decode()
    [link, *_] = [part.split("<")[0] for part in page.split("<code>")[1:]]
    open_round(made, actor=organisation.people["risk_manager"])
    visitor, path = Client(), "/" + link.split("/", 3)[3]
    right, wrong = SENT[kind]
    refused = visitor.post(path, wrong)
    assert refused.status_code == 422
    if kind == "fuzzy_sheet":
        assert 'value="30"' in refused.content.decode()
    assert visitor.post(path, right | {"go": "next"}).status_code == 302
    assert ExpertAnswer.objects.get().estimate == {
        "ahp_pairs": {"value": 1 / 3}, "fuzzy_sheet": {"shares": [30.0, 70.0]}, "score_sheet": {"score": 4.0},
        "cooke": {"low": 1.0, "median": 2.0, "high": 4.0},
    }[kind]  # fmt: skip
    assert visitor.post(f"{path}?q=2", {"reason": "x"}).status_code == 422
    empty = client.post(address, form)
    assert empty.status_code == 422


def test_truths_of_seed_questions_are_the_leaders_until_the_end(organisation) -> None:
    content = {"seeds": [{"question": f"s{k}", "truth": 777 + k} for k in range(3)],
               "targets": [{"question": "t"}]}  # fmt: skip
    workshop, tokens = new_session(organisation, kind="cooke", content=content)
    open_round(workshop, actor=organisation.people["risk_manager"])
    page = f"/risks/workshops/{workshop.code}/"
    assert "777" in organisation.client("risk_manager").get(page).content.decode()
    for address in (page, f"{page}record/"):
        assert "777" not in organisation.client("expert").get(address).content.decode()
    shown = organisation.program("expert").get(f"/api/v1/workshops/{workshop.code}").content.decode()
    assert "777" not in shown
    assert "777" not in Client().get(f"/risks/answer/{tokens['E1']}/").content.decode()


def test_a_weight_out_of_range_is_said_at_its_field_by_the_name_of_the_indicator(organisation) -> None:
    sent = {
        "title": "大厅", "unit": organisation.hall.pk, "days": 7, "most_rounds": 2,
        "factors": "等候 | 50\n态度 | 0.5", "grades": "低、高", "operator": "product_sum",
        "principle": "largest", "experts": "甲\n乙\n丙",
    }  # fmt: skip
    client = organisation.client("risk_manager")
    refused = client.post("/risks/workshops/new/?kind=fuzzy_sheet", sent)
    assert refused.status_code == 422
    said = refused.context["form"].errors["factors"]
    assert said[0].startswith("等候")
