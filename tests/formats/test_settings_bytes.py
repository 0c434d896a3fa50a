"""A settings file is read once, within limits, and hashed as it was read."""

import hashlib
import os
from pathlib import Path

import pytest

from anlan.domain.errors import RefusedInput
from anlan.formats.calendar_file import load_calendar
from anlan.formats.cost_file import load_costs
from anlan.formats.settings_bytes import LARGEST_BYTES, read_once

RATES = b'currency = "CNY"\nperson_day = 720\n'


def test_what_is_parsed_and_what_is_hashed_are_the_same_bytes(tmp_path: Path) -> None:
    file = tmp_path / "rates.toml"
    file.write_bytes(RATES)
    given = read_once(file)
    file.write_bytes(RATES.replace(b"720", b"999"))
    assert load_costs(given).person_day == 720
    assert given.sha256 == hashlib.sha256(RATES).hexdigest()


@pytest.mark.parametrize("load", [load_costs, load_calendar])
def test_a_device_a_pipe_or_a_folder_is_refused_without_waiting_for_its_end(tmp_path: Path, load) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (Path("/dev/zero"), tmp_path / "pipe", tmp_path):
        with pytest.raises(RefusedInput) as refused:
            load(path)
        assert refused.value.code.endswith((".not_a_file", ".unreadable"))


def test_a_file_at_the_limit_is_read_and_a_larger_one_is_not(tmp_path: Path) -> None:
    file = tmp_path / "rates.toml"
    file.write_bytes(RATES + b"#" * (LARGEST_BYTES - len(RATES)))
    assert load_costs(file).person_day == 720
    file.write_bytes(file.read_bytes() + b"#")
    with pytest.raises(RefusedInput) as refused:
        load_costs(file)
    assert refused.value.code == "settings.too_large"
