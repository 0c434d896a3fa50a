"""The request in progress, for the audit: its number, where it came from, and who sent it."""

import secrets
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class RequestFacts:
    """id: hexadecimal number of the request; source: `ui`, `api`, `cli`, `scheduler`, `worker`."""

    id: str
    source: str = "cli"
    masked_ip: str = ""


_current: ContextVar[RequestFacts | None] = ContextVar("request_facts", default=None)


def current_request() -> RequestFacts:
    """Facts of the request in progress; outside a request those of a command."""
    return _current.get() or RequestFacts(id=secrets.token_hex(8))


def begin(facts: RequestFacts) -> object:
    return _current.set(facts)


def finish(token: object) -> None:
    _current.reset(token)  # type: ignore[arg-type]


def masked(ip: str) -> str:
    """An address without its last part: enough to tell sites apart, not people."""
    if ":" in ip:
        return ":".join(ip.split(":")[:3]) + "::"
    return ".".join([*ip.split(".")[:3], "0"]) if ip.count(".") == 3 else ""
