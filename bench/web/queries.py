"""How many queries each address takes: `python -m bench.web.queries`, addresses as JSON on standard input."""

import json
import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "anlan.web.project.settings"
django.setup()

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def main() -> None:
    asked = json.load(sys.stdin)
    page = Client(SERVER_NAME="localhost")
    page.cookies["sessionid"] = asked["session"]
    program = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {asked['token']}"})
    counts = {}
    for path in asked["paths"]:
        client = program if path.startswith("/api/") else page
        client.get(path)
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(path)
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code}")
        counts[path] = len(seen)
    json.dump(counts, sys.stdout)


if __name__ == "__main__":
    main()
