"""The fast XES reader finds what a plain reader finds, and refuses what is no whole XES log."""

import gzip
import weakref
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anlan.domain.errors import RefusedInput
from anlan.engines.local import summarise_log
from anlan.formats.messages import in_both_languages
from anlan.formats.reading import xes, xes_stream
from anlan.formats.reading.read_log import ReadOptions, read_log
from anlan.formats.reading.xes import iter_xes_blocks
from formats.reading.xes_reference import Plain, read_plainly
from formats.reading.xes_whole import XesLog, read_xes
from support import shared

LOG = '<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0" xmlns="http://www.xes-standard.org/">{}</log>'
TWO_EVENTS = """
  <trace>
    <string key="concept:name" value="c1"/>
    <event>
      <string key="concept:name" value="派单"/>
      <date key="time:timestamp" value="2024-01-02T03:04:05.000+08:00"/>
    </event>
    <event>
      <string key="concept:name" value="接单"/>
      <date key="time:timestamp" value="2024-01-02T03:05:05.000+08:00"/>
      <int key="cost" value="7"/>
    </event>
  </trace>
"""


def _read(folder: Path, content: str | bytes, *, piece_bytes: int = 1 << 16, name: str = "log.xes") -> XesLog:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_xes(path, piece_bytes=piece_bytes)


def _events(log: XesLog) -> list[dict[str, str]]:
    """Rows without their missing values; a block has all columns of those before it."""
    events: list[dict[str, str]] = []
    names: list[str] = []
    for block in log.blocks:
        assert set(names) <= set(block.columns)
        names = list(block.columns)
        assert block.first_row == len(events) + 1
        columns = [array.to_pylist() for array in block.columns.values()]
        rows = zip(*columns, strict=True) if columns else []
        events += [{n: v for n, v in zip(names, row, strict=True) if v is not None} for row in rows]
    return events


def _same(log: XesLog, plain: Plain) -> None:
    assert (log.n_events, log.n_traces) == (len(plain.events), len(plain.traces))
    without = [case for case, n in plain.traces if n == 0]
    announced: list[dict[str, Any]] = []
    events: list[dict[str, str]] = []
    for block in log.blocks:
        rows = list(zip(*(a.to_pylist() for a in block.columns.values()), strict=True)) or [()] * block.n_rows
        events += [{n: v for n, v in zip(block.columns, r, strict=True) if v is not None} for r in rows]
        if block.cases_only is not None:
            announced += [{k: v for k, v in r.items() if v is not None} for r in block.cases_only.to_pylist()]
    if log.types:
        assert events == plain.events
    if any(name.startswith("case:") for name in log.types):
        assert announced == without


def test_events_become_rows_and_trace_attributes_become_case_columns(tmp_path: Path) -> None:
    log = _read(tmp_path, LOG.format(TWO_EVENTS))
    assert log.types == {
        "case:concept:name": "string", "concept:name": "string", "time:timestamp": "date", "cost": "int",
    }  # fmt: skip
    assert _events(log) == [
        {"case:concept:name": "c1", "concept:name": "派单",
         "time:timestamp": "2024-01-02T03:04:05.000+08:00"},
        {"case:concept:name": "c1", "concept:name": "接单", "time:timestamp": "2024-01-02T03:05:05.000+08:00",
         "cost": "7"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    "file",
    ["helpdesk/helpdesk.xes.gz", pytest.param("bpic2012/BPI_Challenge_2012.xes.gz", marks=pytest.mark.slow)],
)
def test_real_logs_equal_the_plain_reader(file: str) -> None:
    path = shared(f"data/{file}")
    plain = read_plainly(gzip.decompress(path.read_bytes()))
    _same(read_xes(path), plain)
    _same(read_xes(path, piece_bytes=100_000), plain)


def test_the_header_is_read(tmp_path: Path) -> None:
    header = """<extension name="Concept" prefix="concept" uri="http://x/c.xesext"/>
      <global scope="event"><string key="concept:name" value="__INVALID__"/></global>
      <global scope="trace"><string key="concept:name" value="none"/></global>
      <classifier name="Activity" keys="concept:name lifecycle:transition"/>
      <float key="mean" value="1.5"><float key="inner" value="2"/></float>"""
    found = _read(tmp_path, LOG.format(header + TWO_EVENTS)).header
    assert found.version == "1.0"
    assert found.extensions == {"concept": "http://x/c.xesext"}
    assert found.event_globals == {"concept:name": "__INVALID__"}
    assert found.trace_globals == {"concept:name": "none"}
    assert found.classifiers == {"Activity": "concept:name lifecycle:transition"}
    assert found.attributes == {"mean": "1.5"}


def test_globals_are_no_defaults(tmp_path: Path) -> None:
    header = '<global scope="event"><string key="org:resource" value="UNKNOWN"/></global>'
    assert all(
        "org:resource" not in event for event in _events(_read(tmp_path, LOG.format(header + TWO_EVENTS)))
    )


def test_traces_without_events_are_announced_as_cases(tmp_path: Path) -> None:
    empty = '<trace><string key="concept:name" value="c0"/><int key="n" value="3"/></trace><trace/>'
    log = _read(tmp_path, LOG.format(empty + TWO_EVENTS))
    assert (log.n_traces, log.n_events) == (3, 2)
    (block,) = log.blocks
    assert block.cases_only is not None
    assert block.cases_only.to_pylist() == [
        {"case:concept:name": "c0", "case:n": "3"},
        {"case:concept:name": None, "case:n": None},
    ]


def test_values_are_unescaped_and_normalised_as_xml_asks(tmp_path: Path) -> None:
    body = """<trace><string key="concept:name" value='it&apos;s &quot;&#x4e2d;&#25991;&quot; &lt;&amp;&gt;'/>
      <event><string key="a" value="tab\there\r\nline&#10;break"/><string key='q"k' value='say "hi"'/>
      <string key="&#97;b&amp;" value="x"/><string key="emoji" value="&#x1F600;"/></event></trace>"""
    assert _events(_read(tmp_path, LOG.format(body))) == [
        {"case:concept:name": 'it\'s "中文" <&>', "a": "tab here line\nbreak", 'q"k': 'say "hi"', "ab&": "x",
         "emoji": "😀"},
    ]  # fmt: skip


def test_prefixes_comments_cdata_instructions_and_odd_spacing_are_handled(tmp_path: Path) -> None:
    content = """<?xml version='1.0'?><!-- a <log> -->
<x:log xmlns:x="http://www.xes-standard.org/" ><!-- <trace> --><![CDATA[<trace>]]><?pi <trace> ?>
<x:trace ><x:string value = 'c1' key = 'concept:name'  ></x:string><!-- > -->
<x:event
><x:string\tkey="a"\n value="1" /><x:event2 key="no"/> text
<x:string key="b" value="2"  ><x:string key="inner" value="3"/></x:string ></x:event
></x:trace></x:log><!-- end --><?done?>
"""
    log = _read(tmp_path, content)
    assert _events(log) == [{"case:concept:name": "c1", "a": "1", "b": "2"}]
    _same(_read(tmp_path, content), read_plainly(content.encode()))


def test_nested_attributes_and_lists_are_counted_and_their_top_value_kept(tmp_path: Path) -> None:
    body = """<trace><event><string key="a" value="top"><string key="b" value="in"/>
      <int key="c" value="1"/></string>
      <list key="l"><values><string key="d" value="in"/></values></list></event></trace>"""
    log = _read(tmp_path, LOG.format(body))
    (block,) = log.blocks
    assert block.columns["a"].to_pylist() == ["top"]
    assert not {"b", "c", "d"} & set(block.columns)
    assert block.notes == {"nested_attributes": 3}


def test_a_key_of_several_types_is_text_and_the_last_of_equal_keys_counts(tmp_path: Path) -> None:
    body = '<trace><event><int key="a" value="1"/><string key="a" value="two"/></event></trace>'
    log = _read(tmp_path, LOG.format(body))
    assert log.types == {"a": "string"}
    assert _events(log) == [{"a": "two"}]


def test_two_spellings_of_a_key_are_one_key(tmp_path: Path) -> None:
    body = (
        """<trace><event><string key="&#97;'" value="1"/><string key="a&apos;" value="2"/></event></trace>"""
    )
    assert _events(_read(tmp_path, LOG.format(body))) == [{"a'": "2"}]


def test_event_attributes_never_pass_for_trace_attributes(tmp_path: Path) -> None:
    body = '<trace><string key="a" value="t"/><event><string key="case:a" value="e"/></event></trace>'
    assert _events(_read(tmp_path, LOG.format(body))) == [{"case:a": "t", "event:case:a": "e"}]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "GBK"])
@pytest.mark.parametrize("packed", [False, True])
def test_declared_encodings_are_read(tmp_path: Path, encoding: str, packed: bool) -> None:
    declared = "UTF-8" if encoding == "utf-8-sig" else "UTF-16" if encoding.startswith("utf-16") else encoding
    text = LOG.format(TWO_EVENTS * 300).replace("UTF-8", declared)
    content = text.encode(encoding)
    expected = read_plainly(LOG.format(TWO_EVENTS * 300).encode())
    _same(_read(tmp_path, gzip.compress(content) if packed else content), expected)


def _refused(folder: Path, content: str | bytes, **options: Any) -> RefusedInput:
    with pytest.raises(RefusedInput) as refused:
        _read(folder, content, **options)
    both = in_both_languages(f"errors.{refused.value.code}", **refused.value.parameters)
    assert all(both.values())
    return refused.value


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "xes.empty"),
        (" \n ", "xes.empty"),
        ("case,activity\n1,a\n", "xes.not_a_log"),
        ("<html><body/></html>", "xes.not_a_log"),
        ("<pnml/>", "xes.not_a_log"),
        ('<!DOCTYPE log [<!ENTITY a "b">]><log/>', "xes.doctype"),
        ('<?xml version="1.0"?><!-- x -->\n<!DOCTYPE log><log/>', "xes.doctype"),
        ("<log><!DOCTYPE log></log>", "xes.doctype"),
        ("<log>" + TWO_EVENTS, "xes.cut_off"),
        (LOG.format(TWO_EVENTS)[:-3], "xes.cut_off"),
        (LOG.format(TWO_EVENTS)[:400], "xes.cut_off"),
        ("<log><trace><event></trace></event></log>", "xes.wrong_closing_tag"),
        ("<log><trace></trace></lag>", "xes.wrong_closing_tag"),
        ('<log><trace><string key="a" value="x<y"/></trace></log>', "xes.not_well_formed"),
        ('<log><trace><string key="a" value="x\x01y"/></trace></log>', "xes.not_well_formed"),
        ('<log><trace><string key="a" value=x/></trace></log>', "xes.not_well_formed"),
        ('<log><trace><string key="a" value="x" value="y"/></trace></log>', "xes.not_well_formed"),
        ('<log><trace><string key="a"value="x"/></trace></log>', "xes.not_well_formed"),
        ('<log><trace><string key="a" value="&nope;"/></trace></log>', "xes.bad_reference"),
        ('<log><trace><string key="a" value="&#0;"/></trace></log>', "xes.bad_reference"),
        ('<log><trace><string key="a" value="&#xD800;"/></trace></log>', "xes.bad_reference"),
        ('<log><trace><string key="a" value="a & b"/></trace></log>', "xes.bad_reference"),
        ('<log><trace><string key="&nope;" value="x"/></trace></log>', "xes.bad_reference"),
        (b'<log><trace><string key="a" value="\xff"/></trace></log>', "xes.not_utf8"),
        (b'<log><trace><string key="\xff" value="a"/></trace></log>', "xes.bad_key"),
        (b'<?xml version="1.0" encoding="gb18030"?><log>' + b"\xff\xff</log>", "xes.encoding"),
        ('<?xml version="1.0" encoding="rot13"?><log></log>', "xes.encoding"),
        ('<?xml version="1.0" encoding="UTF-16"?><log></log>', "xes.encoding"),
        ("<log></log><log></log>", "xes.content_after_log"),
        ("<log></log>\x00", "xes.content_after_log"),
        ("<log><global><string></global></log>", "xes.wrong_closing_tag"),
        (f'<log><trace><string key="a" value="{"x" * 70_000}"/></trace></log>', "xes.value_too_long"),
        ("<log><trace>" + "<a>" * 300, "xes.too_deep"),
    ],
)
def test_what_is_no_whole_xes_log_is_refused(tmp_path: Path, content: str | bytes, code: str) -> None:
    assert _refused(tmp_path, content, piece_bytes=1 << 17).code == code


def test_a_refusal_names_byte_and_line(tmp_path: Path) -> None:
    content = LOG.format(TWO_EVENTS * 500 + '<trace>\n<string key="a" value="x<y"/></trace>')
    fault = _refused(tmp_path, content, piece_bytes=4096)
    place = content.encode().index(b'x<y"')
    assert fault.parameters["position"] == place
    assert fault.parameters["line"] == content.encode()[:place].count(b"\n") + 1


def test_damaged_and_cut_gzip_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress(LOG.format(TWO_EVENTS * 2_000).encode())
    assert _refused(tmp_path, packed[: len(packed) // 2]).code == "xes.damaged_gzip"
    damaged = bytearray(packed)
    damaged[len(packed) // 2] ^= 0xFF
    assert _refused(tmp_path, bytes(damaged)).code in {
        "xes.damaged_gzip",
        "xes.not_well_formed",
        "xes.cut_off",
    }
    wrong_sum = bytearray(packed)
    wrong_sum[-6] ^= 0xFF
    assert _refused(tmp_path, bytes(wrong_sum)).code == "xes.damaged_gzip"


def test_gzip_bombs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xes_stream, "FREE_BYTES", 1 << 20)
    bomb = gzip.compress(b"<log>" + b" " * (20 << 20) + b"</log>")
    assert _refused(tmp_path, bomb).code == "xes.too_large"
    path = tmp_path / "log.xes"
    path.write_text(LOG.format(TWO_EVENTS * 100))
    with pytest.raises(RefusedInput):
        read_xes(path, max_bytes=1_000)


def test_a_log_without_traces_is_one_empty_block(tmp_path: Path) -> None:
    for content in ("<log/>", "<log></log>", LOG.format("<string key='a' value='b'/>")):
        path = tmp_path / "log.xes"
        path.write_text(content)
        (block,) = iter_xes_blocks(path)
        assert block.n_rows == 0


def test_many_keys_and_a_trace_larger_than_the_buffer(tmp_path: Path) -> None:
    events = "".join(f'<event><string key="k{i}" value="{i % 7}"/></event>' for i in range(300))
    content = LOG.format(f"<trace>{events}</trace>" + TWO_EVENTS)
    _same(_read(tmp_path, content, piece_bytes=1_000), read_plainly(content.encode()))


def test_a_scan_that_reaches_no_border_takes_nothing_over_from_the_one_before(tmp_path: Path) -> None:
    short = '<string key="a" value="&lt;"/>' * 3
    long = f'<string key="b" value="{"&lt;é" * 80}"/>'
    content = LOG.format(f"<trace>{short}</trace><trace>{long}{short}<event>{long}</event></trace>")
    for piece_bytes in range(150, 900, 20):
        _same(_read(tmp_path, content, piece_bytes=piece_bytes), read_plainly(content.encode()))


@pytest.mark.parametrize(
    "name", ["strinx", "sxring", "dxte", "inx", "boxlean", "ix", "trxce", "evxnt", "containex"]
)
def test_only_the_exact_names_of_elements_count(tmp_path: Path, name: str) -> None:
    body = f'<trace><event><{name} key="a" value="1"/></event></trace><{name}><event/></{name}>'
    _same(_read(tmp_path, LOG.format(body)), read_plainly(LOG.format(body).encode()))
    body = '<trace><event><string kxy="a" value="1"/><string key="b" vxlue="2" valxe="3"/></event></trace>'
    assert _events(_read(tmp_path, LOG.format(body))) == [{}]


def test_stretches_that_differ_in_the_last_byte_or_the_element_are_told_apart(tmp_path: Path) -> None:
    events = [
        """<event><string key="a" value="1"></string><date key="b" value="2"></date></event>""",
        """<event><string key="a" value="1"></string><date key="b" value='2"'></date></event>""",
        """<event><string key="a" value="1"></string>"""
        """<int key="b" value="3">
        <int key="c" value="4"/></int></event>""",
        """<event><string key='a' value='1"'></string><date key="b" value="5"/></event>""",
    ]
    content = LOG.format("<trace>" + "".join(events * 5 + events[::-1] * 5) + "</trace>")
    _same(_read(tmp_path, content), read_plainly(content.encode()))


_TEXTS = st.text("ab中<&>\"'\t\n é]-", max_size=12)
_KEYS = st.sampled_from(
    ["concept:name", "time:timestamp", "org:resource", "a", "case:b", "名称"]
) | _TEXTS.filter(bool)


def _quoted(text: str, quote: str) -> str:
    for plain, escaped in (("&", "&amp;"), ("<", "&lt;"), (quote, "&#39;" if quote == "'" else "&quot;")):
        text = text.replace(plain, escaped)
    return quote + text.replace("\n", "&#10;") + quote


@st.composite
def _attribute(draw: st.DrawFn, depth: int = 0) -> str:
    tag, quote = draw(st.sampled_from(("string", "date", "int", "list", "odd"))), draw(st.sampled_from("\"'"))
    gap = draw(st.sampled_from((" ", "\n\t", "  ")))
    pair = [f"key={_quoted(draw(_KEYS), quote)}", f"value={_quoted(draw(_TEXTS), quote)}"]
    if draw(st.integers(0, 9)) == 0:
        pair.reverse()
    if draw(st.integers(0, 19)) == 0:
        pair.pop()
    inner = (
        draw(st.lists(_attribute(depth + 1), max_size=2))
        if depth < 2 and draw(st.integers(0, 5)) == 0
        else []
    )
    start = f"<{tag} {gap.join(pair)}"
    return f"{start}{gap}/>" if not inner else f"{start}>{''.join(inner)}</{tag}>"


@st.composite
def _document(draw: st.DrawFn) -> str:
    noise = st.sampled_from(
        ("", "\n", "\n  ", "<!-- <event> -->", "<![CDATA[</trace>]]>", "<?x <event>?>", " t ")
    )
    pool = draw(st.lists(_attribute(), min_size=1, max_size=6))

    def some(limit: int) -> str:
        chosen = draw(st.lists(st.sampled_from(pool), max_size=limit))
        return "".join(item + draw(noise) for item in chosen)

    def event() -> str:
        return "<event/>" if draw(st.integers(0, 9)) == 0 else f"<event>{draw(noise)}{some(4)}</event>"

    def trace() -> str:
        events = "".join(event() + draw(noise) for _ in range(draw(st.integers(0, 5))))
        return f"<trace>{draw(noise)}{some(2)}{events}</trace>"

    traces = [trace() for _ in range(draw(st.integers(0, 4)))]
    return LOG.format(draw(noise) + "".join(item + draw(noise) for item in traces))


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=_document(), piece_bytes=st.sampled_from([150, 700, 1 << 16]))
def test_small_documents_equal_the_plain_reader(tmp_path: Path, document: str, piece_bytes: int) -> None:
    _same(_read(tmp_path, document, piece_bytes=piece_bytes), read_plainly(document.encode()))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    document=_document(), place=st.floats(0, 1), size=st.integers(0, 6),
    junk=st.sampled_from(
        ["", "<", ">", "/>", '"', "'", "&", "</event>", "<event>", "<!--", "-->", "=", "x", "\x02"]
    ),
)  # fmt: skip
def test_damaged_documents_are_refused_or_read_like_the_plain_reader(
    tmp_path: Path, document: str, place: float, size: int, junk: str
) -> None:
    at = int(place * len(document))
    damaged = document[:at] + junk + document[at + size :]
    try:
        plain = read_plainly(damaged.encode())
    except (ET.ParseError, LookupError, ValueError):
        plain = None
    try:
        log = _read(tmp_path, damaged)
    except RefusedInput:
        assert plain is None or not plain.traces or "log" not in damaged
        return
    if plain is not None:
        _same(log, plain)


def _growing(folder: Path, *, late: str, n: int = 400) -> Path:
    """Traces of two events; from the second half on each event has one more attribute."""
    traces = []
    for k in range(n):
        more = f'<string key="{late}" value="v{k % 5}"/>' if k >= n // 2 else ""
        events = "".join(
            f'<event><string key="concept:name" value="{step}"/>'
            f'<date key="time:timestamp" value="2024-03-{1 + k % 28:02}T{hour:02}:00:00Z"/>{more}</event>'
            for step, hour in (("open", 8), ("close", 9 + k % 9))
        )
        traces.append(f'<trace><string key="concept:name" value="c{k}"/>{events}</trace>')
    path = folder / "growing.xes"
    path.write_text("<log>" + "".join(traces) + "</log>", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("late", "mapping"), [("channel", {}), ("org:resource", {}), ("who", {"resource": "who"})]
)
def test_columns_met_late_are_read_as_if_known_from_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, late: str, mapping: dict[str, str]
) -> None:
    path, options = _growing(tmp_path, late=late), ReadOptions(mapping=mapping)
    whole = read_log(path, options=options)
    monkeypatch.setattr(xes, "PIECE_BYTES", 1 << 12)
    pieces = read_log(path, options=options)
    assert summarise_log(pieces.log)[0].digest() == summarise_log(whole.log)[0].digest()
    assert set(pieces.report.columns) == set(whole.report.columns)
    assert pieces.log.row_hash.tolist() == whole.log.row_hash.tolist()
    assert len(whole.log.resource_names) == (0 if late == "channel" else 5)
    if late == "channel":
        one, other = (read.log.attributes["channel"] for read in (pieces, whole))
        names = [
            [column.values[code] if code >= 0 else "" for code in column.codes] for column in (one, other)
        ]
        assert names[0] == names[1]
        assert names[0].count("") == 400


def test_blocks_are_handed_on_one_by_one(tmp_path: Path) -> None:
    path = _growing(tmp_path, late="channel", n=2_000)
    seen: list[weakref.ref] = []
    for block in iter_xes_blocks(path, piece_bytes=1 << 13):
        seen.append(weakref.ref(block.columns["concept:name"]))
        assert sum(one() is not None for one in seen) <= 2
    assert len(seen) > 20


def test_traces_without_events_are_no_cases_where_the_case_is_an_attribute_of_events(tmp_path: Path) -> None:
    events = "".join(
        f'<event><string key="order" value="o{n % 5}"/><string key="concept:name" value="a"/>'
        f'<date key="time:timestamp" value="2024-01-0{1 + n % 9}T03:04:05.000+08:00"/></event>'
        for n in range(20)
    )
    path = tmp_path / "log.xes"
    given = ReadOptions(mapping={"case": "order", "activity": "concept:name", "end": "time:timestamp"})
    for empty in ("<trace/>", '<trace><string key="concept:name" value="t9"/></trace>'):
        path.write_text(LOG.format(f"{empty}<trace>{events}</trace>{empty}"), encoding="utf-8")
        log = read_log(path, options=given).log
        assert (log.n_cases, log.n_events) == (5, 20)
