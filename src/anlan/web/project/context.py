"""What every page's frame needs: the menu a person may use, the language, the theme."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from anlan.web.common.texts import language
from anlan.web.notices.selectors import unread_count
from anlan.web.people.permissions import grants


@dataclass(frozen=True)
class MenuEntry:
    """`place`: `app:page` of the address and key of the text `web.menu.<place>`; `permission` it needs."""

    place: str
    icon: str
    permission: str = ""


MENU: tuple[tuple[str, tuple[MenuEntry, ...]], ...] = (
    ("", (MenuEntry("project:cockpit", "cockpit"),)),
    ("identify", (MenuEntry("catalog:processes", "process", "catalog.view"),
                  MenuEntry("risks:candidates", "inbox", "risks.view"),
                  MenuEntry("standards:standards", "target", "catalog.view"),
                  MenuEntry("risks:workshops", "people", "risks.view"),
                  MenuEntry("risks:worksheets", "table", "risks.view"))),
    ("assess", (MenuEntry("risks:register", "register", "risks.view"),
                MenuEntry("risks:matrix", "matrix", "risks.view"),
                MenuEntry("losses:losses", "chart", "runs.view"),
                MenuEntry("causes:models", "tree", "runs.view"),
                MenuEntry("calibration:calibration", "history", "runs.view"),
                MenuEntry("runs:methods", "method", "runs.start"),
                MenuEntry("runs:runs", "flask", "runs.view"))),
    ("treat", (MenuEntry("studio:processes", "bulb", "runs.view"),
               MenuEntry("staffing:home", "calendar", "runs.view"))),
    ("monitor", (MenuEntry("monitoring:indicators", "gauge", "monitoring.view"),
                 MenuEntry("monitoring:alerts", "bell", "monitoring.view"),
                 MenuEntry("sources:sources", "download", "monitoring.view"))),
    ("report", (MenuEntry("project:reports", "report", "risks.view"),)),
    ("settings", (MenuEntry("people:people", "people", "people.view"),
                  MenuEntry("risks:criteria", "scale", "risks.view"),
                  MenuEntry("risks:appetite", "target", "risks.view"),
                  MenuEntry("risks:fields", "columns", "risks.view"),
                  MenuEntry("notices:mails", "mail", "people.manage"),
                  MenuEntry("project:audit", "shield", "audit.view"))),
)  # fmt: skip


def page(request: HttpRequest) -> dict[str, Any]:
    """Menu, language and theme for the frame of the page."""
    user = getattr(request, "user", None)
    return {
        "language": language(),
        "theme": getattr(user, "theme", "auto"),
        "unread": SimpleLazyObject(
            lambda: unread_count(user) if getattr(user, "is_authenticated", False) else 0
        ),
        "menu": _menu(user) if user is not None and user.is_authenticated else [],
    }


def _menu(user: Any) -> list[tuple[str, list[MenuEntry]]]:
    """Sections with the entries the person may open and that exist."""
    allowed = grants(user)
    sections = []
    for title, entries in MENU:
        shown = []
        for entry in entries:
            try:
                reverse(entry.place)
            except NoReverseMatch:
                continue
            if not entry.permission or entry.permission in allowed:
                shown.append(entry)
        if shown:
            sections.append((title, shown))
    return sections
