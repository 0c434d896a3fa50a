"""The cards of twins of real and synthetic logs, for the validation page.

`PYTHONPATH=tests python -m golden.twin_cards FOLDER` calibrates the twins of the bundled log and of those in
FOLDER (the BPI Challenge 2012 and two logs of insurance claims) and writes `twin_cards.md` beside this file;
`python -m golden.table` puts it into the page. A test calibrates the bundled log anew and compares.
"""

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anlan.studies.loading import LoadedLog, load_log
from anlan.studies.methods.spec import read_spec
from anlan.studies.twin.calibrating import Asked, calibrate_twin, validate_twin
from support import REPOSITORY

RECORDED = Path(__file__).with_name("twin_cards.md")
BUNDLED = REPOSITORY / "src" / "anlan" / "samples" / "incidents.csv.gz"
_BPIC = "bpic2012/BPI_Challenge_2012.xes.gz"
_CLAIMS = "insurance_claims_sim/Insurance_Claims_{}.csv"
_HEAD = """## Twins against the part of the log they have not seen

Written by `PYTHONPATH=tests python -m golden.twin_cards FOLDER` (the logs other than the bundled one are not carried in this repository). Each twin is calibrated from the first part of the log by arrival, run ten times over the rest, and compared with it; the rules stand with the command (`anlan twin calibrate`) and in the guide. *Attainable* is the yardstick: for times of cases the distance between the two halves of the part compared, otherwise what chance alone leaves. A card that fails is left here as it is.
"""  # noqa: E501


def written(folder: Path) -> str:
    """The section as Markdown."""
    parts = [_HEAD]
    bundled, seconds = _twin(load_log(str(BUNDLED)), 0.2)
    parts.append(section("Bundled incident log, no times of start", bundled, seconds))
    bpic, seconds = _twin(load_log(str(folder / _BPIC)), 0.2)
    parts.append(section("BPI Challenge 2012, loan applications", bpic, seconds))
    train, test = (load_log(str(folder / _CLAIMS.format(name))) for name in ("train", "test"))
    claims, seconds = _twin(train, 0.3)
    parts.append(section("Insurance claims, synthetic, first log: last 30 % held back", claims, seconds))
    whole, seconds = _twin(train, 0.0)
    changed = validate_twin(test, read_spec(whole["spec"]))
    parts.append(
        section("The same process, second log, against the twin of the whole first log", changed, seconds)
    )
    parts.append(_delay(test))
    return "\n".join(parts)


def section(title: str, result: Mapping[str, Any], seconds: float) -> str:
    """One card: what was seen, the checks of the whole, those of activities that do not pass."""
    card = result["card"]
    parts = [check for check in card["checks"] if check["activity"] is not None]
    counts = {
        verdict: sum(check["verdict"] == verdict for check in parts) for verdict in ("pass", "doubt", "fail")
    }
    lines = [f"### {title}", ""]
    if "source" in result:
        of = result["source"]
        lines.append(
            f"{of['cases']} cases seen, {card['cases']} compared; "
            f"processor time of calibration and card: {max(seconds, 1):.0f} s."
        )
        lines.append("Doubts told: " + ", ".join(f"`{note['code']}`" for note in result["doubts"]) + ".")
    else:
        lines.append(f"{card['cases']} cases compared.")
    lines += ["", "| Check | Activity | Verdict | Log | Twin | Distance | Attainable | Passes up to |",
              "|---|---|---|---|---|---|---|---|"]  # fmt: skip
    shown = [check for check in card["checks"] if check["activity"] is None]
    shown += [check for check in parts if check["verdict"] != "pass"]
    lines += [_row(check) for check in shown]
    lines.append("")
    said = f"Of {len(parts)} checks of activities {counts['pass']} pass, {counts['doubt']} are doubtful"
    lines.append(f"{said}, {counts['fail']} fail; those that do not pass are listed.\n")
    return "\n".join(lines)


def _row(check: Mapping[str, Any]) -> str:
    timed = check["code"] in ("duration", "wait", "work")

    def figure(value: float | None) -> str:
        return "—" if value is None else f"{value / 3600:.3g} h" if timed else f"{value:.4g}"

    cells = [
        check["code"],
        check["activity"] or "—",
        check["verdict"],
        figure(check["log"]),
        figure(check["twin"]),
    ]
    cells += [_percent(check[name]) for name in ("distance", "yardstick", "passes_at")]
    return "| " + " | ".join(cells) + " |"


def _percent(share: float) -> str:
    """Two digits; whole per cents above ten."""
    return f"{100 * share:.0f} %" if share >= 0.1 else f"{100 * share:.2g} %"


def _twin(loaded: LoadedLog, hold_back: float) -> tuple[dict[str, Any], float]:
    begin = time.process_time()
    result = calibrate_twin(loaded, Asked(hold_back=hold_back, language="en"))
    return result, time.process_time() - begin


def _delay(test: LoadedLog) -> str:
    """The delay that the second log records in a column of its own, and the one found without it."""
    found, _ = _twin(test, 0.0)
    step = next(s for s in found["steps"] if s["activity"] == "Determine likelihood of the claim")
    mean = step["delay"]["mean_s"]
    others = [s["activity"] for s in found["steps"] if s["delay"] is not None and s is not step]
    return (
        "### A delay that is known\n\n"
        "The second claims log records in a column that calibration does not read how long each case was "
        "held up before *Determine likelihood of the claim*: 597.8 s on average, 0 before all other steps. "
        "Found: "
        f"{mean['estimate']:.1f} s ({mean['low']:.1f} to {mean['high']:.1f}); steps with a delay beside it: "
        f"{', '.join(others) or 'none'}.\n"
    )


if __name__ == "__main__":
    RECORDED.write_text(written(Path(sys.argv[1])), encoding="utf-8")
