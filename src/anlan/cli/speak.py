"""What the command line says to people: errors, progress, and JSON."""

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import anlan
from anlan.cli.streams import carries_every_sign
from anlan.cli.tables import width
from anlan.domain.errors import AnlanError
from anlan.formats.error_words import error_text
from anlan.formats.messages import messages
from anlan.formats.report.loss_words import mean_and_years, scaled_from
from anlan.formats.report.words import Words, loss_unit
from anlan.studies.progress import STAGES, share_of_whole


def say_error(error: AnlanError, language: str) -> None:
    print(f"anlan: {error_text(error, language)}", file=sys.stderr)


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

    every_kernel: a first run compiles them all, and says so before it begins; without it the few that are
    needed and not compiled yet are told as they come.
    """

    def __init__(
        self, language: str, *, after_s: float = 2.0, stage: str = "read", every_kernel: bool = True
    ) -> None:
        self._words = messages(language)
        self._begin = time.monotonic()
        self._after_s = after_s
        self._last = self._done = 0.0
        self._shown = ""
        self._wide = 0
        self._stage = stage
        self._compiled: set[str] = set()
        self._ended: Callable[[], None] = lambda: None
        self._every_kernel = every_kernel
        if not every_kernel and "numba" in sys.modules:
            self._ended = _tell_compilations(self._compiling)
        elif every_kernel and not _kernels_compiled():
            print(self._words.text("progress.compile", n=len(kernel_modules())), file=sys.stderr, flush=True)
            self._ended = _tell_compilations(self._compiling)

    def __call__(self, stage: str, done: float) -> None:
        self._stage = stage
        self._done = max(self._done, share_of_whole(stage, done) if stage in STAGES else done)
        self._say(self._words.text(f"progress.{stage}"), at_once=done <= 0)

    def _compiling(self, module: str) -> None:
        """A first run spends most of its time here: which group of kernels it is at, out of how many."""
        self._compiled.add(module)
        text = self._words.text(
            "progress.compiling" if self._every_kernel else "progress.compiling_some",
            stage=self._words.text(f"progress.{self._stage}"),
            k=len(self._compiled),
            n=len(kernel_modules()),
        )
        self._say(text, at_once=False)

    def _say(self, text: str, *, at_once: bool) -> None:
        """Rewrite the line of a terminal; elsewhere add a line when it says something new."""
        now = time.monotonic()
        if now - self._begin < self._after_s or (now - self._last < 0.2 and not at_once):
            return
        line = f"{text}  {self._done:.0%}  {now - self._begin:.0f} s"
        if sys.stderr.isatty():
            wide = width(line)
            print(f"\r{line}{' ' * max(self._wide - wide, 0)}", end="", file=sys.stderr, flush=True)
            self._shown, self._wide = line, wide
        elif text != self._shown and (at_once or now - self._last >= 2.0):
            print(line, file=sys.stderr, flush=True)
            self._shown = text
        else:
            return
        self._last = now

    def close(self) -> None:
        self._ended()
        if self._shown and sys.stderr.isatty():
            print(file=sys.stderr)


@cache
def kernel_modules() -> tuple[str, ...]:
    """Names of the modules that hold compiled functions, as they lie in the package."""
    root = Path(anlan.__file__).parent
    return tuple(sorted(f"anlan.{'.'.join(file.relative_to(root).with_suffix('').parts)}"
                        for file in root.rglob("*_kernels.py")))  # fmt: skip


def _tell_compilations(told: Callable[[str], None]) -> Callable[[], None]:
    from anlan.maths.compilations import tell_compilations

    return tell_compilations(told)


def _kernels_compiled() -> bool:
    """Whether an earlier run left compiled kernels of exactly these sources."""
    folder = Path(os.environ["NUMBA_CACHE_DIR"])
    return any(folder.rglob("*.nbi"))


def write_json(result: Mapping[str, Any]) -> None:
    """The result on standard output, as in `result.json`; signs it cannot carry as JSON escapes."""
    json.dump(result, sys.stdout, ensure_ascii=not carries_every_sign(), indent=1, allow_nan=False)
    sys.stdout.write("\n")
