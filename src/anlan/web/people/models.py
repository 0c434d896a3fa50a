"""The organisation as a tree of units, its users, and which role a user has in which unit."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class Unit(models.Model):
    """A part of the organisation. `path` lists the ids from the root (`/1/4/9/`): a role reaches down it."""

    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(max_length=255, db_index=True, editable=False)
    time_zone = models.CharField(max_length=60, default="Asia/Shanghai")
    currency = models.CharField(max_length=3, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["path"]

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        return self.path.count("/") - 2


class User(AbstractUser):
    """A person with an account. `name` is what others see; first and last name stay empty."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(max_length=80)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="people")
    language = models.CharField(
        max_length=10, default="zh-hans", choices=[("zh-hans", "中文"), ("en", "English")]
    )
    theme = models.CharField(
        max_length=6, default="auto", choices=[("auto", ""), ("light", ""), ("dark", "")]
    )
    must_change_password = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


class Role(models.Model):
    """A named set of permissions; the built-in ones come from `roles.toml`, others can follow."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    permissions = models.JSONField(default=list)
    built_in = models.BooleanField(default=False)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Assignment(models.Model):
    """The user has the role in the unit and in all units below it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="assignments")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="assignments")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "unit"], name="a_role_once_per_user_and_unit")
        ]


class SignedIn(models.Model):
    """A browser in which the person is signed in; `key` is that of its session."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_ins")
    key = models.CharField(max_length=40, unique=True)
    since = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(auto_now_add=True)
    masked_ip = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-seen_at"]


class SecondFactor(models.Model):
    """The second step of a sign-in: codes of an app, and recovery codes for when the app is lost.

    secret     the app's secret, encrypted with a key derived from the installation's
    last_step  number of the newest period whose code was used: no code holds twice
    recovery   digests of the recovery codes not yet used
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="second_factor")
    secret = models.CharField(max_length=200)
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)
    recovery = models.JSONField(default=list)
    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)


class ApiToken(models.Model):
    """A key for programs: acts as its user, within `scopes`, until it expires or is revoked.

    digest  SHA-256 of the token; the token itself is shown once and kept nowhere
    hint    its first characters, so that people can tell their tokens apart
    scopes  codes of permissions; what the user has not, the token has not either
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=16)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name
