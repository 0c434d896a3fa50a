import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.loop.identify.activity_words import activity_words, best_cover, stem


@pytest.mark.parametrize(
    "forms",
    [
        ("close", "closed", "closing", "closes", "closure"),
        ("assign", "assigned", "assignment", "assigning"),
        ("resolve", "resolved", "resolving"),
        ("validate", "validation", "validated"),
        ("accept", "accepted", "acceptance"),
        ("approve", "approval", "approved"),
        ("arrive", "arrival", "arrived"),
        ("depart", "departure", "departed"),
        ("deliver", "delivery", "delivered"),
        ("verify", "verified", "verifies"),
        ("plan", "planned", "planning"),
    ],
)
def test_forms_of_one_verb_have_one_stem(forms):
    assert len({stem(form) for form in forms}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("active", "activated"), ("order", "border"), ("process", "proceed"), ("call", "cal")]
)
def test_different_words_keep_different_stems(one, other):
    assert stem(one) != stem(other)


@pytest.mark.parametrize(
    ("name", "stems", "runs"),
    [
        ("W_Nabellen offertes", ("nabellen", "offert"), ()),
        ("Take in charge ticket", ("tak", "in", "charg", "ticket"), ()),
        ("A_SUBMITTED", ("submit",), ()),
        ("AwaitingUserInfo", ("await", "user", "info"), ()),
        ("受理订单(2)", (), ("受理订单",)),
        ("SAP 受理_Order", ("sap", "order"), ("受理",)),
        ("ＲＥＳＯＬＶＥＤ", ("resolv",), ()),
        ("-100", (), ()),
        ("", (), ()),
    ],
)
def test_a_name_is_cut_into_its_words(name, stems, runs):
    words = activity_words(name)
    assert (words.stems, words.runs) == (stems, runs)


def test_a_phrase_counts_only_as_a_whole():
    phrase = activity_words("in progress")
    assert activity_words("Work in progress").covered_by(phrase) == 1
    assert activity_words("Progress in work").covered_by(phrase) == 0
    assert activity_words("failover test").covered_by(activity_words("fail-over")) == 1


def test_words_inside_longer_words_are_not_counted_again():
    words = [(text, activity_words(text)) for text in ("ticket", "insert ticket", "工单", "工单转派")]
    assert best_cover(activity_words("Insert ticket"), words) == (1.0, ("insert ticket",))
    assert best_cover(activity_words("工单转派"), words) == (1.0, ("工单转派",))


@given(st.text(max_size=40))
def test_case_digits_and_underscores_never_matter(name):
    words = activity_words(name)
    assert activity_words(f"12_{name}_7") == words
    assert all(part for part in (*words.stems, *words.runs))
    assert 0 <= best_cover(words, [(name, words)])[0] <= 1
