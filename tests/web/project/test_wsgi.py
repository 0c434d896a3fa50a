"""What the server has loaded before the first request."""

import gc
import subprocess
import sys

from anlan.web.project import wsgi


def test_pages_and_texts_are_loaded_and_left_out_of_later_collections() -> None:
    """In a process of its own: what this one has frozen says nothing."""
    asked = (
        "import gc, sys; import anlan.web.project.wsgi; "
        "assert gc.get_freeze_count() > 100_000, gc.get_freeze_count(); "
        "assert 'anlan.web.risks.views' in sys.modules"
    )
    assert callable(wsgi.application)
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0


def teardown_module() -> None:
    gc.unfreeze()
