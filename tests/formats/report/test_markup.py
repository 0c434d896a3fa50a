"""Whatever a name holds, it comes out as text."""

import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from anlan.formats.report.markup import Markup, clean, el, escape, together


def test_children_and_attributes_are_escaped() -> None:
    element = el("td", "<b> & 'x'", title='"><script>', class_="number")
    assert element == ('<td title="&quot;&gt;&lt;script&gt;" class="number">&lt;b&gt; &amp; &#39;x&#39;</td>')


def test_markup_is_not_escaped_twice() -> None:
    assert el("p", el("b", "1 < 2")) == "<p><b>1 &lt; 2</b></p>"


def test_none_and_false_are_left_out() -> None:
    assert el("p", None, [False, "a"], hidden=False, title=None) == "<p>a</p>"


def test_coordinates_are_short() -> None:
    assert [str(escape(x)) for x in (1.0, 0.126, -0.001, 12.30)] == ["1", "0.13", "0", "12.3"]


def test_control_characters_and_direction_overrides_become_visible() -> None:
    assert clean("a\x00b\u202ec\u2067d\ufffe\ud800") == "a\ufffdb\ufffdc\ufffdd\ufffd\ufffd"


def test_right_to_left_letters_are_kept() -> None:
    assert clean("שלום العربية") == "שלום العربية"


@given(st.text(), st.text())
def test_any_text_survives_a_round_through_xml(text: str, attribute: str) -> None:
    element = ET.fromstring(el("a", text, title=attribute))
    # XML turns a carriage return into a line feed and blanks of an attribute into spaces.
    assert (element.text or "").replace("\r", "\n") == clean(text).replace("\r\n", "\n").replace("\r", "\n")
    assert element.get("title", "").split() == clean(attribute).split()


def test_together_flattens() -> None:
    assert together("a", ["<", [Markup("<br>")]]) == "a&lt;<br>"
