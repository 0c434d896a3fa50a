"""Addresses of one's own notices, and of the outbox."""

from web.permission_kinds import ALL, MANAGE_PEOPLE, none, only


def _not_ones_own(world: object) -> dict[str, object]:
    return {"pk": 0}


ROWS = [
    ("get", "notices:inbox", none, only(ALL)),
    ("post", "notices:read_all", none, only(ALL, 302)),
    ("get", "notices:wishes", none, only(ALL)),
    ("post", "notices:open", _not_ones_own, only((), others=404)),
    ("get", "notices:mails", none, only(MANAGE_PEOPLE)),
    ("post", "notices:retry_mail", _not_ones_own, only(MANAGE_PEOPLE, 404, outsider=403)),
]
