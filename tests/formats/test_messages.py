"""Every text exists in both languages, asks for the same parameters and uses known hints."""

import string

import pytest

from anlan.domain.errors import AnlanError
from anlan.formats.error_words import error_text
from anlan.formats.messages import LANGUAGES, PLURAL, TERM, in_both_languages, messages, placeholders
from anlan.formats.wording import FORMATTERS, count, duration, names, number, percent, ratio


def _raw(language: str) -> dict[str, str]:
    return dict(messages(language)._texts)


def test_both_languages_have_the_same_keys() -> None:
    assert set(_raw("zh")) == set(_raw("en"))


def test_both_languages_ask_for_the_same_parameters() -> None:
    zh, en = _raw("zh"), _raw("en")
    different = {key for key in zh if placeholders(zh[key]) != placeholders(en.get(key, ""))}
    assert not different


def _known(hint: str, language: str) -> bool:
    """A formatter, a group of words that exists, or Python's own format of a number."""
    if hint.startswith(TERM):
        return any(key.startswith(f"{hint.removeprefix(TERM)}.") for key in _raw(language))
    if hint.startswith(PLURAL):
        return language == "en" and len(hint.removeprefix(PLURAL + "- ").removeprefix(PLURAL).split(" ")) == 2
    return hint in FORMATTERS or hint[0] in ".,0123456789+"


@pytest.mark.parametrize("language", LANGUAGES)
def test_format_hints_are_known(language: str) -> None:
    unknown = {
        (key, spec)
        for key, text in _raw(language).items()
        for _, name, spec, _ in string.Formatter().parse(text)
        if name and spec and not _known(spec, language)
    }
    assert not unknown


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty(language: str) -> None:
    assert not [key for key, text in _raw(language).items() if not text.strip()]


def test_an_unknown_key_is_an_error_not_an_empty_text() -> None:
    with pytest.raises(KeyError):
        in_both_languages("errors.no.such.key")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_page_says_of_an_error_names_no_option_of_a_command(language: str) -> None:
    pages = {key: text for key, text in _raw(language).items() if key.startswith("errors_on_pages.")}
    assert {key.replace("_on_pages", "") for key in pages} <= set(_raw(language))
    assert not [key for key, text in pages.items() if "--" in text or "anlan " in text]
    error = AnlanError("time.undecidable_order", column="c", found=("1/2/2024",))
    assert "--time-format" in error_text(error, language)
    assert "--" not in error_text(error, language, on_pages=True)
    inside = AnlanError("method.estimate", where="x", reason=error)
    assert "--" not in error_text(inside, language, on_pages=True)


def test_ratios_below_one_are_written_as_parts() -> None:
    assert [ratio(value, "zh") for value in (3, 1, 1 / 3, 0.2, 0.4)] == ["3", "1", "1/3", "1/5", "1/2.5"]


def test_durations_take_the_largest_unit_that_keeps_one() -> None:
    assert [duration(s, "en") for s in (0.5, 90, 7200, 86_400 * 2.346, None)] == [
        "0.5 s", "1.5 min", "2 h", "2.35 d", "—",
    ]  # fmt: skip
    assert duration(90, "zh") == "1.5 分钟"


def test_numbers_keep_three_digits_and_a_true_minus() -> None:
    assert [number(x, "en") for x in (0, 0.012345, 1234.5, -3.14159)] == ["0", "0.0123", "1,234", "−3.14"]


def test_shares_counts_and_names() -> None:
    assert (percent(0.0341, "en"), percent(0.0341, "zh"), percent(1, "en")) == ("3.4 %", "3.4%", "100 %")
    assert count(1234567, "en") == "1,234,567"
    assert names(["派单", "接单"], "zh") == "“派单”、“接单”"
    assert names("a" * 80, "en") == "“" + "a" * 59 + "…”"


def test_a_code_in_a_text_is_written_by_its_word_and_a_name_as_it_is() -> None:
    said = in_both_languages("finding_titles.reassignment", nodes=["a"], column="resource")
    assert said == {"zh": "“a”中途更换办理人", "en": "Cases change person at “a”"}
    own = in_both_languages("finding_titles.reassignment", nodes=["a"], column="group")
    assert own["en"] == "Cases change group at “a”"


def test_a_number_and_its_word_agree() -> None:
    said = messages("en").text
    assert said("web.studio.compare.n_designs", n=1) == "1 design"
    assert said("web.studio.compare.n_designs", n=2_000) == "2,000 designs"
    assert said("errors.studio.n_designs", found=0, most=8).startswith("0 designs were chosen")
    assert said("errors.studio.n_designs", found=1, most=8).startswith("1 design was chosen")
