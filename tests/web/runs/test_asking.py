"""The form of a study: ordinary fields, what is known of the process, and errors at the field they are of."""

import datetime
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from anlan.formats.calendar_file import load_calendar
from anlan.formats.settings_bytes import SettingsBytes
from anlan.studies.options import parse_limit
from anlan.web.catalog.models import Node
from anlan.web.catalog.standards.services import Content, create_standard
from anlan.web.runs.asking.durations import split, written
from anlan.web.runs.asking.known import Known, known_of
from anlan.web.runs.asking.limits import limit_question
from anlan.web.runs.asking.said import said
from anlan.web.runs.models import Run
from anlan.web.runs.services import start_run

NEW = "runs:new_run"


def ask(organisation, process, study: str = "quantify", language: str = "zh-hans", **answers):
    client = organisation.client("risk_manager", language=language)
    return client.post(f"{reverse(NEW)}?process={process.code}&study={study}", answers)


def form(organisation, process, language: str = "zh-hans", **more: str) -> str:
    client = organisation.client("risk_manager", language=language)
    return client.get(reverse(NEW), {"process": process.code, **more}).content.decode()


def asked() -> dict:
    return Run.objects.order_by("-id").first().parameters


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("study", ["assess", "treat"])
def test_no_form_speaks_of_options_or_file_formats_first(organisation, process, study, language) -> None:
    page = form(organisation, process, language, study=study)
    words = re.sub(r"<[^>]*>", " ", page[page.index("<main") :])
    assert not re.search(r"--[a-z]|column:|anlan example|person_day|web\.runs", words)
    assert page.count('type="file"') == 4
    assert page.count("/runs/samples/") == 3


def test_a_limit_of_the_case_is_a_number_and_a_unit(organisation, process) -> None:
    assert ask(organisation, process, sla_how="case", sla_amount="2.5", sla_unit="h").status_code == 302
    assert parse_limit(asked()["sla"]).case_s == 9000.0


def test_limits_of_steps_are_given_one_by_one(organisation, process) -> None:
    steps = list(known_of(process, organisation.people["risk_manager"]).steps)
    place = steps.index("审核")
    answers = {"sla_how": "steps", f"sla_step{place}": "90", "sla_steps_unit": "m"}
    ask(organisation, process, **answers)
    assert parse_limit(asked()["sla"]).activity_s == {"审核": 5400.0}


@given(
    amount=st.decimals(min_value="0.01", max_value=5000, places=2).map(float),
    unit=st.sampled_from("mhdw"),
    name=st.text("abc审核, =", min_size=1, max_size=8).filter(lambda t: t.strip() == t and "=" not in t),
)
def test_what_the_fields_say_is_what_the_study_reads(amount: float, unit: str, name: str) -> None:
    known = Known(steps={name: name})
    way = next(way for way in limit_question("sla", "", known, None).ways if way.code == "steps")
    limit = parse_limit(way.answer({"step0": amount, "steps_unit": unit}))
    assert limit.activity_s.keys() == {name}
    again = limit_question("sla", "", known, way.answer({"step0": amount, "steps_unit": unit}))
    assert again.chosen == "steps"


@given(st.integers(min_value=1, max_value=10**7).map(lambda n: n * 60.0))
def test_a_length_comes_back_as_it_went(seconds: float) -> None:
    assert parse_limit(written(*split(seconds))).case_s == pytest.approx(seconds, rel=1e-9)


def test_promises_of_the_process_can_be_taken_as_its_limit(organisation, process) -> None:
    manager = organisation.people["risk_manager"]
    says = "十五分钟内首次响应"
    content = Content(says, figure="首次响应", figure_unit="min", target=15.0, process=process)
    made = create_standard(unit=process.unit, kind="promise", content=content, reason="公开",
                           valid_from=datetime.date(2026, 1, 1), actor=manager)  # fmt: skip
    assert f"{made.code} 十五分钟内首次响应 (15 分钟)" in form(organisation, process)
    ask(organisation, process, sla_how="promise", sla_promise=made.code)
    assert parse_limit(asked()["sla"]).case_s == 900.0


def test_limits_of_nodes_are_filled_in(organisation, process) -> None:
    Node.objects.filter(version__process=process, key="处理").update(sla_s=7200)
    page = form(organisation, process)
    assert "已按流程图上各环节的时限填好" in page
    assert re.search(r'name="sla_step\d" value="2.0"', page)
    assert re.search(r'value="steps" checked', page)


def test_weekly_hours_become_a_calendar_that_covers_the_log(organisation, process) -> None:
    answers = {"calendar_how": "weekly", "calendar_days": ["monday", "saturday"],
               "calendar_open": "08:30-12:00，13:00-17:30", "calendar_holidays": "2026-05-01"}  # fmt: skip
    assert ask(organisation, process, **answers).status_code == 302
    calendar = load_calendar(SettingsBytes(path_of("calendar.toml"), asked()["calendar"].encode())).default
    assert calendar.zone == process.unit.time_zone
    assert [len(spans) for spans in calendar.week] == [2, 0, 0, 0, 0, 2, 0]
    assert datetime.date(2026, 5, 1) in calendar.holidays
    assert calendar.valid_from <= datetime.date(2026, 3, 1) < calendar.valid_to
    assert Run.objects.get().state == Run.State.DONE


def path_of(name: str):
    from pathlib import Path

    return Path(name)


def test_rates_are_numbers_and_those_left_out_are_not_made_up(organisation, process) -> None:
    ask(organisation, process, costs_how="rates", costs_currency="EUR", costs_customer_minute="0.02")
    assert asked()["costs"] == 'currency = "EUR"\ncustomer_minute = 0.02\n'
    assert Run.objects.get().figures["loss_unit"] == "EUR"


@pytest.mark.parametrize(
    ("answers", "field", "words"),
    [
        ({"sla_how": "case"}, "sla_amount", "请填写此栏"),
        ({"sla_how": "case", "sla_amount": "0"}, "sla_amount", "大于零"),
        ({"sla_how": "steps"}, "sla_step0", "至少填写一个环节"),
        (
            {"calendar_how": "weekly", "calendar_days": "monday", "calendar_open": "九"},
            "calendar_open",
            "时段",
        ),
        ({"calendar_how": "file"}, "calendar_file", "请填写此栏"),
        ({"costs_how": "rates"}, "costs_customer_minute", "至少填写一项费率"),
        ({"budget_how": "money", "budget_money": "5000"}, "budget_money", "成本费率"),
        ({"reference_how": "steps", "reference_steps": "登记"}, "reference_steps", "两个环节"),
        ({"closing_how": "named"}, "closing_of", "请填写此栏"),
        ({"as_of_how": "on", "as_of_on": "2026-13-01"}, "as_of_on", "读不懂时间"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_started(
    organisation, process, answers, field, words
) -> None:
    answer = ask(organisation, process, study="treat", **answers)
    page = answer.content.decode()
    assert answer.status_code == 422
    wrong = answer.context["form"].errors
    assert list(wrong) == [field]
    assert words in str(wrong[field])
    assert words in page
    assert "--" not in str(wrong[field])
    assert not Run.objects.exists()


def test_all_that_is_wrong_is_told_at_once(organisation, process) -> None:
    answer = ask(organisation, process, sla_how="case", costs_how="rates", budget_how="money")
    assert set(answer.context["form"].errors) == {"sla_amount", "costs_customer_minute", "budget_money"}


def test_money_is_a_budget_where_a_person_day_has_a_cost(organisation, process) -> None:
    answers = {"costs_how": "rates", "costs_currency": "CNY", "costs_person_day": "1200",
               "budget_how": "money", "budget_money": "20000"}  # fmt: skip
    assert ask(organisation, process, study="treat", **answers).status_code == 302
    assert asked()["budget"] == "20000"
    assert Run.objects.get().state == Run.State.DONE


def test_a_file_with_faults_is_refused_in_words_of_the_form(organisation, process) -> None:
    bad = SimpleUploadedFile("my rates.toml", b"currency = 'XYZ'")
    page = ask(organisation, process, costs_how="file", costs_file=bad).context["form"]
    assert "XYZ" in str(page.errors["costs_file"])
    assert "anlan" not in str(page.errors["costs_file"])


def test_the_form_begins_with_what_the_newest_run_said_of_the_process(organisation, process) -> None:
    rates = 'currency = "CNY"\nperson_day = 1200\n'
    start_run(process=process, study="quantify", actor=organisation.people["risk_manager"],
              parameters={"sla": "2h", "costs": rates, "budget": "30d"})  # fmt: skip
    page = form(organisation, process)
    assert "A-0001" in page
    assert re.search(r'name="sla_amount" value="2.0"', page)
    assert re.search(r'name="costs_person_day" value="1200"', page)
    assert 'name="budget_days" value' not in page
    again = form(organisation, process, like="A-0001")
    assert re.search(r'name="budget_days" value="30.0"', again)


def test_answers_are_shown_in_words() -> None:
    with translation.override("en"):
        assert said("sla", "5d") == "Whole case 5 d"
        assert said("sla", "column:made_sla") == "By the log’s column “made_sla”"
        assert said("budget", "60d") == "60 Person-days"
        assert said("packs", "auto") == "Choose automatically"
        assert said("costs", 'currency = "EUR"\nperson_day = 500\n') == "EUR, Per person-day 500"
        assert said("costs", "sha256:00") == "sha256:00"
        assert said("sla", "nonsense") == "nonsense"


@pytest.mark.parametrize("kind", ["costs", "calendar", "criteria"])
def test_samples_are_accepted_as_they_are_downloaded(organisation, process, kind: str) -> None:
    sample = organisation.client("risk_manager").get(reverse("runs:sample", args=[kind]))
    assert "attachment" in sample["Content-Disposition"]
    assert "anlan " not in sample.content.decode()
    file = SimpleUploadedFile(f"{kind}.toml", sample.content)
    answer = ask(organisation, process, **{f"{kind}_how": "file", f"{kind}_file": file})
    assert answer.status_code == 302
    missing = organisation.client("risk_manager").get(reverse("runs:sample", args=["secret"]))
    assert missing.status_code == 404
