"""The square that a phone's camera reads."""

from urllib.parse import parse_qs, urlsplit

import qrcode
from django.utils.html import format_html
from django.utils.safestring import SafeString


def square(words: str, *, label: str) -> SafeString:
    """The words as a QR code, drawn as SVG with the quiet border readers need, 196 px wide. `label`: said
    instead of it where it is not seen.

    Always dark on white: many readers do not take the other way round."""
    code = qrcode.QRCode(border=4)
    code.add_data(words)
    rows = code.get_matrix()
    dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, on in enumerate(row) if on)
    return format_html(
        '<svg class="square" viewBox="0 0 {0} {0}" width="196" height="196" shape-rendering="crispEdges" '
        'role="img" aria-label="{2}">'
        '<rect width="{0}" height="{0}" fill="#fff"/><path d="{1}" fill="#000"/></svg>',
        len(rows), dark, label,
    )  # fmt: skip


def secret_words(address: str) -> str:
    """The secret of an `otpauth:` address in groups of four, to be typed."""
    secret = parse_qs(urlsplit(address).query)["secret"][0]
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
