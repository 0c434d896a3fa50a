"""What files can belong to. An app registers its kind of record here, so that one place keeps all files.

holders.KINDS["risk"] = Kind("risks.risk", "risks.view", "risks.edit", find)    # find: (user, name) -> Holder
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from anlan.web.catalog.models import Process
from anlan.web.catalog.nodes.page import nodes_shown
from anlan.web.catalog.selectors import process_of
from anlan.web.people.models import Unit, User


@dataclass(frozen=True)
class Holder:
    """A record with files. kind and name: how addresses name it; object_id: how the database does."""

    kind: str
    name: str
    object_id: str
    unit: Unit


@dataclass(frozen=True)
class Kind:
    """object_type: as in the audit; view, change: permissions; find: the record of that name, where the
    person may see it."""

    object_type: str
    view: str
    change: str
    find: Callable[[User, str], Holder | None]


def node_holder(process: Process, key: str) -> Holder:
    """The node of a process in all its versions."""
    digest = hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
    return Holder("node", f"{process.code}/{key}", f"{process.pk}:{digest}", process.unit)


def _node(user: User, name: str) -> Holder | None:
    """name: code of the process, a slash, key of the node."""
    code, _, key = name.partition("/")
    process = process_of(user, code).first()
    if process is None or not nodes_shown(process).filter(key=key).exists():
        return None
    return node_holder(process, key)


KINDS: dict[str, Kind] = {"node": Kind("catalog.node", "catalog.view", "catalog.edit", _node)}


def holder(user: User, kind: str, name: str) -> Holder | None:
    """The record of that kind and name, None where there is none for this person."""
    known = KINDS.get(kind)
    return known.find(user, name) if known else None
