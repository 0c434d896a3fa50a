"""Served over HTTPS nothing of Django's deployment check is left open."""

import os
import subprocess
import sys
from pathlib import Path

_SHOWN = """
import django; django.setup()
from django.conf import settings as s
print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT)
print(s.SECURE_HSTS_SECONDS > 0, s.DEBUG)
"""


def _run(home: Path, *words: str, https: str) -> subprocess.CompletedProcess[str]:
    own = {
        name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")
    }  # browser tests set one
    known = {**own, "ANLAN_HOME": str(home), "ANLAN_HTTPS": https, "ANLAN_DATABASE_URL": "",
             "DJANGO_SETTINGS_MODULE": "anlan.web.project.settings"}  # fmt: skip
    return subprocess.run([sys.executable, *words], env=known, capture_output=True, text=True, check=False)


def test_the_deployment_check_is_clean_over_https(tmp_path: Path) -> None:
    words = ("-m", "django", "check", "--deploy", "--fail-level", "WARNING")
    checked = _run(tmp_path, *words, https="1")
    assert (checked.returncode, "no issues (0 silenced)" in checked.stdout) == (0, True), checked.stderr
    assert _run(tmp_path, *words, https="0").returncode != 0  # the check would notice


def test_cookies_and_addresses_are_for_https_alone(tmp_path: Path) -> None:
    assert _run(tmp_path, "-c", _SHOWN, https="1").stdout.split() == ["True"] * 4 + ["False"]
