"""Whole numbers out of addresses and forms, where anybody may write anything."""


def whole_number(text: str | None, *, most: int = 2**31 - 1) -> int | None:
    """The number a text of decimal digits says, None where it says none or one above `most`.

    >>> whole_number("12"), whole_number("²"), whole_number("-1"), whole_number("9" * 40)
    (12, None, None, None)
    """
    given = (text or "").strip()
    if not given.isascii() or not given.isdecimal() or len(given) > len(str(most)):
        return None
    number = int(given)
    return number if number <= most else None
