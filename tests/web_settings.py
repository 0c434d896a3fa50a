"""Settings of the web tests: a home of their own, the database asked for, quick hashes."""

import os
import tempfile

import anlan  # noqa: F401 - first, so that compiled kernels stay where other runs find them

os.environ["ANLAN_HOME"] = os.environ.get("ANLAN_TEST_HOME") or tempfile.mkdtemp(prefix="anlan-tests-")
os.environ["ANLAN_DATABASE_URL"] = os.environ.get("ANLAN_TEST_DATABASE_URL", "")

from anlan.web.project.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
if not os.environ["ANLAN_DATABASE_URL"]:  # a file, because writers at the same time need one
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(os.environ["ANLAN_HOME"], "test.sqlite3")}  # noqa: F405
    DATABASES["readings"]["TEST"] = {"NAME": os.path.join(os.environ["ANLAN_HOME"], "test-readings.sqlite3")}  # noqa: F405
