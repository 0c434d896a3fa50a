"""Settings files that are accepted, to start one's own from, for the command and the form."""

from pathlib import Path

from anlan.formats.criteria_file import DEFAULT
from anlan.formats.messages import messages

_SAMPLES = Path(__file__).parents[1] / "samples"
FILES = {
    "costs": {"zh": _SAMPLES / "costs.zh.toml", "en": _SAMPLES / "costs.toml"},
    "criteria": {"zh": DEFAULT, "en": DEFAULT},
    "calendar": {"zh": _SAMPLES / "calendar.zh.toml", "en": _SAMPLES / "calendar.toml"},
}
"""Kind of settings -> language -> file: the currency and the clock differ with who reads it."""


def sample_text(kind: str, language: str, *, command: bool = False) -> str:
    """TOML with a heading of comments, the last of them how the command takes it (with `command`); comments
    of the file itself, which have one language, are left out."""
    heading = messages(language).text(f"cli.example.{kind}").splitlines()
    body = [
        line
        for line in FILES[kind][language].read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ]
    return "\n".join([*(f"# {line}" for line in heading[: None if command else -1]), *body]) + "\n"
