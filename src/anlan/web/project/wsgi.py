"""Entry point for a WSGI server."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from anlan.formats.messages import LANGUAGES, messages

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anlan.web.project.settings")
application = get_wsgi_application()


def _settle() -> None:
    """Load what every request needs, and keep it out of later collections of garbage: it stays as long as
    the process, and looking through it again held single requests up for a fifth of a second."""
    from django.urls import get_resolver

    get_resolver().url_patterns  # noqa: B018 - imports all pages
    for language in LANGUAGES:
        messages(language)
    gc.collect()
    gc.freeze()


_settle()
