"""The page about the API runs as written, and names every address in both languages."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from docs.documents import Block, run_block, runnable_blocks, shell_environment
from support import REPOSITORY

PAGE = REPOSITORY / "docs" / "reference"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_names_every_address_as_the_document_does(db, language: str) -> None:
    page = (PAGE / f"api.{language}.md").read_text(encoding="utf-8")
    document = Client().get("/api/v1/openapi.json", headers={"Accept-Language": language}).json()
    rows = [
        f"| `{method.upper()} {path.removeprefix('/api/v1')}` | {operation['summary']} |"
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    assert page.split("|---|---|\n")[-1].splitlines() == rows
    assert f" {settings.API_REQUESTS_PER_MINUTE} " in page
    assert f" {settings.API_UNKNOWN_PER_MINUTE} " in page


@pytest.mark.django_db(transaction=True)
def test_the_examples_run_as_written(organisation, live_server, tmp_path) -> None:
    cache.clear()
    header = organisation.program("risk_manager").defaults["HTTP_AUTHORIZATION"]
    environment = shell_environment(
        tmp_path / "home", ANLAN_URL=live_server.url, ANLAN_TOKEN=header.removeprefix("Bearer ")
    )
    blocks = list(runnable_blocks(PAGE / "api.en.md"))
    said = [run_block(b, folder=tmp_path, environment=environment) for b in blocks if b.kind == "sh"]
    assert '"username": "risk_manager"' in said[0]
    assert '"items": []' in said[1]
    assert '"code": "invalid"' in said[2]
    code = "\n".join(block.code for block in blocks if block.kind == "python")
    printed = run_block(Block("python", code), folder=tmp_path, environment=environment).splitlines()
    assert printed[0].split()[::2] == ["R-0001", "['hall']"]
    assert printed[1].startswith("P-001 ['assess', ")
