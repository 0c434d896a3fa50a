"""Standard output and error of any encoding: a sign they cannot carry must not end a run."""

import sys
from io import TextIOWrapper


def write_what_can_be_written() -> None:
    """From now on a sign the terminal or file does not know is written as its number (`\\u5b89`)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def preferred_language() -> str | None:
    """English where the output knows no Chinese, so that people can read it; else no preference."""
    return None if _carries("安澜：…") else "en"


def carries_every_sign() -> bool:
    """Whether standard output takes all of Unicode, so that JSON can be written as it is."""
    return _carries("é安𠀀…")


def _carries(text: str) -> bool:
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
