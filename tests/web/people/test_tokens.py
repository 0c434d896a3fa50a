"""Tokens for programs: kept as a digest, cut down to their scopes, dead when expired or revoked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from anlan.domain.errors import RefusedInput
from anlan.web.common.models import AuditEvent
from anlan.web.people.models import ApiToken, Assignment, User
from anlan.web.people.permissions import grants, may
from anlan.web.people.tokens import authenticate, create_token, revoke_token


def _made(organisation, *scopes: str, days: int = 30) -> tuple[ApiToken, str]:
    user = User.objects.get(username="risk_manager")
    return create_token(user=user, name="import", scopes=scopes or ("risks.view", "risks.edit"), days=days)


def test_a_token_acts_as_its_user_within_its_scopes(organisation) -> None:
    _, text = _made(organisation, "risks.view")
    access = authenticate(text)
    assert (access.user.username, access.scopes) == ("risk_manager", {"risks.view"})
    assert may(access.user, "risks.view", organisation.hall)
    assert not may(access.user, "risks.view", organisation.south)
    assert not may(access.user, "risks.edit", organisation.hall)


def test_a_role_taken_away_is_gone_from_the_token_too(organisation) -> None:
    _, text = _made(organisation)
    Assignment.objects.filter(user__username="risk_manager").delete()
    assert grants(authenticate(text).user) == {}


def test_only_a_digest_is_kept(organisation) -> None:
    token, text = _made(organisation)
    kept = str(ApiToken.objects.filter(pk=token.pk).values().get()) + str(list(AuditEvent.objects.values()))
    assert text not in kept
    assert text[len("anlan_") + 5 :] not in kept


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: ApiToken.objects.filter(pk=token.pk).update(expires_at=timezone.now()),
        lambda token: revoke_token(token, actor=token.user),
        lambda token: User.objects.filter(pk=token.user_id).update(is_active=False),
        lambda token: ApiToken.objects.filter(pk=token.pk).delete(),
    ],
    ids=["expired", "revoked", "inactive", "unknown"],
)
def test_a_token_that_no_longer_holds_is_nobody(organisation, spoil) -> None:
    token, text = _made(organisation)
    assert authenticate(text) is not None
    spoil(token)
    assert authenticate(text) is None


@pytest.mark.parametrize("text", ["", "anlan_", "Bearer x", "anlan_" + "a" * 43])
def test_what_is_no_token_is_nobody(organisation, text: str) -> None:
    assert authenticate(text) is None


def test_nobody_gives_a_token_more_than_they_have(organisation) -> None:
    with pytest.raises(RefusedInput, match="token_scopes"):
        _made(organisation, "risks.view", "people.manage")
    for days in (0, 367):
        with pytest.raises(RefusedInput, match="token_days"):
            _made(organisation, days=days)


def test_use_is_noted_to_the_minute_not_at_every_request(organisation) -> None:
    token, text = _made(organisation)
    authenticate(text)
    first = ApiToken.objects.get(pk=token.pk).last_used_at
    authenticate(text)
    assert ApiToken.objects.get(pk=token.pk).last_used_at == first
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=first - timedelta(minutes=2))
    authenticate(text)
    assert ApiToken.objects.get(pk=token.pk).last_used_at >= first
