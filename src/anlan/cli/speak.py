"""What the command line says to people: errors, progress, and JSON."""

import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anlan.cli.streams import carries_every_sign
from anlan.domain.errors import AnlanError
from anlan.formats.messages import messages
from anlan.formats.report.loss_words import mean_and_years, scaled_from
from anlan.formats.report.words import Words, loss_unit
from anlan.studies.progress import STAGES, share_of_whole


def error_text(error: AnlanError, language: str) -> str:
    """The error in words, or its code and parameters where no text exists."""
    words = messages(language)
    key = f"errors.{error.code}"
    return words.text(key, **error.parameters) if key in words else str(error)


def say_error(error: AnlanError, language: str) -> None:
    print(f"anlan: {error_text(error, language)}", file=sys.stderr)


LEVEL_SIGNS = {"ring": "○", "circle": "●", "square": "■", "triangle": "▲", "diamond": "◆"}
"""Shape of a level -> its sign on a terminal."""


def rejected_reasons(rejected: Mapping[str, int], language: str) -> str:
    """Rows set aside by reason, in words."""
    words = messages(language)
    parts = [f"{words.text(f'report.rejected.{reason}')}: {n:,}" for reason, n in rejected.items() if n]
    return "; ".join(parts) if language == "en" else "；".join(parts).replace(": ", " ")


def yearly_loss(portfolio: Mapping[str, Any], words: Words) -> list[str]:
    """The expected loss and the spread of years, in the unit of the report; how the year was scaled."""
    unit = loss_unit(portfolio["unit"], largest=portfolio["mean"], words=words)
    said = words.plain("cli.loss", **mean_and_years(portfolio, unit, words))
    return [text for text in (said, scaled_from(portfolio, words)) if text]


class ProgressLine:
    """One line on standard error that appears when the work takes longer than two seconds.

    It names the stage and the share of the whole run that is done, which never falls. Work that is no
    stage of a run, such as a check of the audit, is a whole of its own.
    """

    def __init__(self, language: str, *, after_s: float = 2.0) -> None:
        self._words = messages(language)
        self._begin = time.monotonic()
        self._after_s = after_s
        self._last = self._done = 0.0
        self._shown = ""
        if not _kernels_compiled():
            print(self._words.text("progress.compile"), file=sys.stderr, flush=True)

    def __call__(self, stage: str, done: float) -> None:
        now = time.monotonic()
        self._done = max(self._done, share_of_whole(stage, done) if stage in STAGES else done)
        if now - self._begin < self._after_s or (now - self._last < 0.2 and done > 0):
            return
        self._last = now
        text = self._words.text(f"progress.{stage}")
        line = f"{text}  {self._done:.0%}  {now - self._begin:.0f} s"
        if sys.stderr.isatty():
            print(f"\r{line:<60}", end="", file=sys.stderr, flush=True)
            self._shown = line
        elif text != self._shown:
            print(line, file=sys.stderr, flush=True)
            self._shown = text

    def close(self) -> None:
        if self._shown and sys.stderr.isatty():
            print(file=sys.stderr)


def _kernels_compiled() -> bool:
    """Whether an earlier run left compiled kernels of exactly these sources."""
    folder = Path(os.environ["NUMBA_CACHE_DIR"])
    return any(folder.rglob("*.nbi"))


def write_json(result: Mapping[str, Any]) -> None:
    """The result on standard output, as in `result.json`; signs it cannot carry as JSON escapes."""
    json.dump(result, sys.stdout, ensure_ascii=not carries_every_sign(), indent=1, allow_nan=False)
    sys.stdout.write("\n")
