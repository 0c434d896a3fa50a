from finders import at, candidates, chosen_cases, found
from logs import make_log, random_draft


def test_a_step_of_one_person_is_found_with_the_share():
    draft = random_draft(seed=1, n_cases=500)
    by_boss = (draft.steps == "decide") & chosen_cases(draft, 0.9, seed=2)[draft.case]
    draft.people[by_boss] = "boss"
    findings = found(draft.build(), "single_person")
    assert [(f.nodes, f.detail) for f in findings] == [(("decide",), "boss")]
    assert findings[0].effect.size.low <= 0.9 <= findings[0].effect.size.high
    assert findings[0].count == by_boss.sum()


def test_the_delay_is_that_of_waits_over_days_of_absence():
    rows = []
    for k in range(60):
        day = 1 + k % 20
        moment = f"2024-01-{day:02d}T10:00"
        rows += [(f"c{k}", "register", moment, f"clerk {k % 5}")]
        rows += [(f"c{k}", "decide", f"2024-01-{day:02d}T1{1 + k % 2}:00", "boss")]
    rows += [
        ("late", "register", "2024-01-22T10:00", "clerk 1"),
        ("late", "decide", "2024-01-25T11:00", "boss"),
    ]
    rows += [
        ("same day", "register", "2024-01-23T08:00", "clerk 2"),
        ("same day", "decide", "2024-01-23T18:00", "boss"),
    ]
    finding = at(found(make_log(rows), "single_person"), "decide")
    assert finding.delay_min.sum() == (73 - 2) * 60
    assert finding.parameters["absence_cases"] == 1


def test_people_who_share_the_work_are_not_found():
    for seed in range(40):
        result = candidates(random_draft(seed=seed, n_cases=60, n_people=3).build(), "single_person")
        assert result.findings == ()
        assert min(result.tested) > 0.001


def test_a_system_account_says_it_looks_automatic():
    draft = random_draft(seed=3, n_cases=600)
    draft.people[draft.steps == "notify"] = "robot"
    finding = at(found(draft.build(), "single_person"), "notify")
    assert "looks_automatic" in finding.notes


def test_a_team_of_two_is_not_a_finding():
    draft = random_draft(seed=4, n_cases=300, n_people=2)
    draft.people[draft.steps == "decide"] = "person-0"
    assert found(draft.build(), "single_person") == []
