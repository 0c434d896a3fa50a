from anlan.studies.loading import load_log
from anlan.studies.twin.calibrating import Asked, calibrate_twin
from golden.twin_cards import BUNDLED, RECORDED, section


def test_the_card_of_the_bundled_log_is_as_recorded(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr("anlan.studies.loading.home", lambda: tmp_path)
    result = calibrate_twin(load_log(str(BUNDLED)), Asked(hold_back=0.2, language="en"))
    now = section("Bundled incident log, no times of start", result, 1.0).splitlines()
    recorded = RECORDED.read_text(encoding="utf-8").splitlines()
    begin = recorded.index(now[0])
    assert _rows(now) == _rows(recorded[begin : begin + len(now)])


def _rows(lines: list[str]) -> list[str]:
    """The card without the time it took."""
    return [line for line in lines if not line.endswith(" s.")]
