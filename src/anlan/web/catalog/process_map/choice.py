"""What the address of a page asks of its map."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.http import urlencode

from anlan.formats.report.flow.overlays import CODES
from anlan.web.common.whole_numbers import whole_number

SORTS = ("name", "role", "rank", *CODES)
_MOST_NAME = 2000


@dataclass(frozen=True)
class Choice:
    """What the address says. percent: of transitions to show, None: what is worth it; sort: a column, with
    a minus from the largest; empty texts choose nothing."""

    overlay: str = ""
    percent: int | None = None
    node: str = ""
    sort: str = ""

    def address(self, **changes: Any) -> str:
        """The query string with some of it changed; empty ones are left out."""
        given = {
            "overlay": self.overlay,
            "share": self.percent,
            "node": self.node,
            "sort": self.sort,
        } | changes
        return "?" + urlencode({name: value for name, value in given.items() if value not in ("", None)})


def choice_of(query: QueryDict) -> Choice:
    """What is not understood chooses nothing."""
    overlay, sort = query.get("overlay", ""), query.get("sort", "")
    return Choice(
        overlay if overlay in CODES else "",
        whole_number(query.get("share"), most=100),
        query.get("node", "").replace("\x00", "")[:_MOST_NAME],
        sort if sort.removeprefix("-") in SORTS else "",
    )
