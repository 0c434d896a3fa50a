"""What a file is, by content and by name; encodings; damaged and hostile files."""

import gzip
import zlib

import pytest

from anlan.domain.errors import RefusedInput
from anlan.formats.reading import source as source_module
from anlan.formats.reading.source import file_sha256, inspect


def packed(data: bytes) -> bytes:
    """As gzip, the same in every process: the names of cases hold it."""
    return gzip.compress(data, mtime=0)


TEXT = "case,activity,time\n1,派单,2024-01-01 09:00\n2,处理,2024-01-02 10:00\n"


def stored(tmp_path, name: str, data: bytes):
    path = tmp_path / name
    path.write_bytes(data)
    return path


def code_of(path, **limits) -> str:
    with pytest.raises(RefusedInput) as refusal:
        read_to_the_end(path, **limits)
    return refusal.value.code


def read_to_the_end(path, **limits) -> None:
    with inspect(path, **limits).utf8() as stream:
        while stream.read(1 << 20):
            pass


def text_of(path) -> str:
    with inspect(path).utf8() as stream:
        data = b""
        while piece := stream.read(5):
            data += piece
    return data.decode()


@pytest.mark.parametrize(
    ("encoding", "label"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-bom"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16"),
        ("utf-16-be", "utf-16"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
    ],
)
@pytest.mark.parametrize("gz", [False, True])
def test_accepted_encodings_are_found_and_read(tmp_path, encoding, label, gz):
    data = TEXT.encode(encoding)
    path = stored(tmp_path, "log.csv.gz" if gz else "log.csv", packed(data) if gz else data)
    assert inspect(path).encoding.label == label
    assert text_of(path) == TEXT


def test_western_encodings_are_refused_not_read_as_chinese(tmp_path):
    text = "case,activity\n" + "1,Prüfung für Müller\n2,Zoë liest, déjà vu\n" * 20
    assert code_of(stored(tmp_path, "log.csv", text.encode("latin-1"))) == "reading.encoding_unknown"


def test_utf16_cut_inside_a_character_is_refused(tmp_path):
    assert code_of(stored(tmp_path, "log.csv", TEXT.encode("utf-16")[:-1])) == "reading.encoding_broken"


def test_several_members_of_a_gzip_file_are_one_text(tmp_path):
    data = packed(TEXT[:30].encode()) + packed(TEXT[30:].encode())
    assert text_of(stored(tmp_path, "log.csv.gz", data)) == TEXT


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("log.csv", b"", "reading.empty_file"),
        ("log.csv.gz", packed(b""), "reading.empty_file"),
        ("log.csv.gz", TEXT.encode(), "reading.name_contradicts"),
        ("log.csv", packed(TEXT.encode()), "reading.name_contradicts"),
        ("log.csv", b"PK\x03\x04 and so on", "reading.name_contradicts"),
        ("log.xlsx", TEXT.encode(), "reading.name_contradicts"),
        ("log.xes", TEXT.encode(), "reading.name_contradicts"),
        ("log.csv", b"<?xml version='1.0'?><log></log>", "reading.name_contradicts"),
        ("log.csv", b"%PDF-1.7 ...", "reading.not_a_log"),
        ("log", b"\x89PNG\r\n", "reading.not_a_log"),
        ("log.xls", b"\xd0\xcf\x11\xe0 ...", "reading.not_a_log"),
        ("log.txt", b"<!DOCTYPE html><html></html>", "reading.not_a_log"),
        ("log.json", b'{"events": []}', "reading.not_a_log"),
        ("log.csv", b"case,activity\n1,\x00\n", "reading.zero_bytes"),
        ("log.csv.gz", packed(TEXT.encode() * 99)[:-20], "reading.gz_damaged"),
        ("log.csv.gz", packed(TEXT.encode())[:12], "reading.gz_damaged"),
    ],
)
def test_what_is_no_log_is_refused(tmp_path, name, data, code):
    assert code_of(stored(tmp_path, name, data)) == code


def test_a_wrong_checksum_is_damage(tmp_path):
    data = bytearray(packed(TEXT.encode() * 50))
    data[-6] ^= 0xFF
    assert code_of(stored(tmp_path, "log.csv.gz", bytes(data))) == "reading.gz_damaged"


def test_missing_files_and_folders_are_refused(tmp_path):
    assert code_of(tmp_path / "none.csv") == "log.not_found"
    assert code_of(tmp_path) == "reading.not_a_file"


def test_the_size_limit_counts_what_comes_out_of_gzip(tmp_path):
    data = TEXT.encode() * 1_000
    assert code_of(stored(tmp_path, "log.csv", data), max_bytes=1_000) == "reading.too_large"
    assert code_of(stored(tmp_path, "log.csv.gz", packed(data)), max_bytes=20_000) == "reading.too_large"


def test_a_bomb_is_refused_long_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(source_module, "_BOMB_FLOOR", 4 << 20)
    squeeze = zlib.compressobj(9, wbits=31)
    bomb = squeeze.compress(b"case,activity\n")
    for _ in range(64):
        bomb += squeeze.compress(b"1,a\n" * (1 << 18))
    bomb += squeeze.flush()
    assert code_of(stored(tmp_path, "log.csv.gz", bomb)) == "reading.gz_bomb"


def test_the_digest_is_that_of_the_file_as_stored(tmp_path):
    import hashlib

    path = stored(tmp_path, "log.csv.gz", packed(TEXT.encode()))
    assert file_sha256(path) == hashlib.sha256(path.read_bytes()).hexdigest()


def test_damaged_utf8_is_not_taken_for_gb18030(tmp_path):
    text = "case,activity\n" + "".join(f"{k},客户服务热线登记投诉并派单处理\n" for k in range(200))
    data = bytearray(text.encode())
    data[40] = 0xFF
    assert code_of(stored(tmp_path, "log.csv", bytes(data))) == "reading.encoding_unknown"
