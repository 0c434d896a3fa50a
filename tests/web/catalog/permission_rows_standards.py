"""Pages of standards: everybody sees them, few change them, who works there says whether they were kept."""

from datetime import date

from anlan.web.catalog.standards.services import Content, create_standard, log_entry
from web.permission_kinds import ALL, EDIT_CATALOG, none, only

LOG_STANDARDS = ("risk_manager", "node_owner", "duty_officer")


def _standard(world: object) -> dict[str, object]:
    organisation = world.organisation  # type: ignore[attr-defined]
    manager = organisation.people["risk_manager"]
    made = create_standard(
        unit=organisation.north, kind="promise", content=Content("两日内装表接电"),
        valid_from=date(2026, 1, 1), reason="首次登记", actor=manager,
    )  # fmt: skip
    log_entry(made, on=date(2026, 2, 1), kept=True, actor=manager)
    return {"code": made.code}


def _numbered(world: object) -> dict[str, object]:
    return _standard(world) | {"number": 1}


# An empty form is refused (422) to those who may send it.
ROWS = [
    ("get", "standards:standards", none, only(ALL)),
    ("get", "standards:new_standard", none, only(EDIT_CATALOG)),
    ("get", "standards:standard", _standard, only(ALL)),
    ("get", "standards:standard_version", _numbered, only(ALL)),
    ("get", "standards:edit_standard", _standard, only(EDIT_CATALOG)),
    ("post", "standards:withdraw_standard", _standard, only(EDIT_CATALOG, 422)),
    ("get", "standards:log_standard", _standard, only(LOG_STANDARDS)),
    ("post", "standards:withdraw_entry", _numbered, only(EDIT_CATALOG, 422)),
]
