"""A file as an answer: a download that no browser shows in place."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from anlan.web.catalog.attachments.services import given_out
from anlan.web.common.models import Attachment
from anlan.web.people.models import User


def answer_with(found: Attachment, user: User) -> HttpResponse:
    answer = HttpResponse(given_out(found, actor=user), content_type=found.content_type)
    answer["Content-Disposition"] = content_disposition_header(True, found.name)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
