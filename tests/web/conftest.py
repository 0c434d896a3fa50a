"""An organisation of two branches with a person of every role, for all web tests."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import built_in_roles, grants
from anlan.web.people.services import assign_role, create_unit, create_user, ensure_roles
from anlan.web.people.tokens import create_token

PASSWORD = "calm-waters-9"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test of the application may use all its databases: records, and on SQLite the readings' own."""
    here = Path(__file__).parent
    for item in items:
        own = item.get_closest_marker("django_db")
        asks = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
        if here in item.path.parents and (own is not None or asks):
            given = dict(own.kwargs) if own is not None else {}
            item.add_marker(pytest.mark.django_db(**{**given, "databases": "__all__"}), append=False)


@dataclass
class Organisation:
    """root > north > hall; root > south. `people[role]` work at north, `outsider` manages risk at south."""

    root: Unit
    north: Unit
    hall: Unit
    south: Unit
    people: dict[str, User] = field(default_factory=dict)
    outsider: User | None = None

    def client(self, who: str | User, *, language: str = "zh-hans") -> Client:
        """A browser in which the person is signed in."""
        user = self.people[who] if isinstance(who, str) else who
        if user.language != language:
            user.language = language
            user.save(update_fields=["language"])
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    def program(self, who: str | User, *scopes: str, language: str = "en") -> Client:
        """A program with a token of the person; without scopes the token has all their permissions."""
        user = User.objects.get(pk=(self.people[who] if isinstance(who, str) else who).pk)
        _, text = create_token(user=user, name="test", scopes=scopes or tuple(grants(user)), days=30)
        return Client(headers={"Authorization": f"Bearer {text}", "Accept-Language": language})


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    """Requests of the tests before do not count towards the rate that a client may ask at."""
    cache.clear()


@pytest.fixture(autouse=True)
def _in_chinese() -> Iterator[None]:
    """Each test begins in the language of the installation; a request of the test before leaves its own."""
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def organisation(db: None) -> Organisation:
    ensure_roles()
    root = create_unit(code="ROOT", name="澜江供电", name_en="Lanjiang Power", actor=None)
    north = create_unit(code="N", name="江北", name_en="North", parent=root, actor=None)
    hall = create_unit(code="NH", name="江北营业厅", name_en="North hall", parent=north, actor=None)
    south = create_unit(code="S", name="江南", name_en="South", parent=root, actor=None)
    made = Organisation(root, north, hall, south)
    for role in built_in_roles():
        person = create_user(
            username=role["code"], name=role["zh"], password=PASSWORD, unit=north, actor=None
        )
        assign_role(user=person, role=role["code"], unit=north, actor=None)
        made.people[role["code"]] = person
    made.outsider = create_user(
        username="outsider", name="江南经理", password=PASSWORD, unit=south, actor=None
    )
    assign_role(user=made.outsider, role="risk_manager", unit=south, actor=None)
    return made
