"""`anlan example` prints settings files that are accepted; errors and help lead there."""

from pathlib import Path

import pytest

from anlan.cli.commands import PACKS
from anlan.cli.main import main
from anlan.cli.speak import error_text
from anlan.domain.errors import AnlanError
from anlan.formats.calendar_file import load_calendar
from anlan.formats.cost_file import load_costs
from anlan.formats.criteria_file import load_criteria
from anlan.formats.packs import load_packs
from anlan.formats.settings_samples import FILES, sample_text

LOADERS = {"costs": load_costs, "criteria": load_criteria, "calendar": load_calendar}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", FILES)
def test_a_printed_example_is_accepted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, language: str
) -> None:
    assert main(["example", kind, "--lang", language]) == 0
    printed = capsys.readouterr().out
    file = tmp_path / f"{kind}.toml"
    file.write_text(printed, encoding="utf-8")
    assert LOADERS[kind](file) == LOADERS[kind](FILES[kind][language])
    assert f"--{kind} {kind}.toml" in printed


def test_a_chinese_example_counts_in_yuan_and_on_chinese_time() -> None:
    assert 'currency = "CNY"' in sample_text("costs", "zh", command=True)
    assert 'zone = "Asia/Shanghai"' in sample_text("calendar", "zh", command=True)
    assert 'currency = "EUR"' in sample_text("costs", "en", command=True)


def test_an_english_example_holds_no_chinese_outside_its_values() -> None:
    for kind in FILES:
        comments = [
            line for line in sample_text(kind, "en", command=True).splitlines() if line.startswith("#")
        ]
        assert comments
        assert all(line.isascii() for line in comments), kind


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", FILES)
def test_a_faulty_file_is_answered_with_the_way_to_an_example(
    tmp_path: Path, kind: str, language: str
) -> None:
    file = tmp_path / "faulty.toml"
    file.write_text('nonsense = "x"\n', encoding="utf-8")
    with pytest.raises(AnlanError) as refused:
        LOADERS[kind](file)
    assert f"anlan example {kind}" in error_text(refused.value, language)


def test_help_names_every_pack_with_its_industry(capsys: pytest.CaptureFixture[str]) -> None:
    assert [code for code, _, _ in PACKS] == [pack.code for pack in load_packs()]
    for pack, (_, zh, en) in zip(load_packs(), PACKS, strict=True):
        assert zh.rstrip("包")[:2] in pack.title.zh
        assert any(word in pack.title.en for word in en.split()), (en, pack.title.en)
    with pytest.raises(SystemExit):
        main(["--lang", "en", "assess", "--help"])
    shown = " ".join(capsys.readouterr().out.split())
    assert all(f"{code} {en}" in shown for code, _, en in PACKS)
