"""Which files a twin and its drawings replace."""

import pytest

from anlan.domain.errors import UsageError
from anlan.formats.report.charts.innovation import innovation_matrix
from anlan.studies.twin.files import check_matrix_file


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_earlier_innovation_matrix_is_replaced(tmp_path, language) -> None:
    place = tmp_path / "matrix.svg"
    place.write_text(innovation_matrix([], by="cycle", language=language), encoding="utf-8")
    check_matrix_file(place)


def test_an_empty_or_a_new_file_is_written(tmp_path) -> None:
    (tmp_path / "empty.svg").touch()
    check_matrix_file(tmp_path / "empty.svg")
    check_matrix_file(tmp_path / "new.svg")


@pytest.mark.parametrize("content", ["<svg xmlns='x'><title>mine</title></svg>", "schema: anlan.spec/1\n"])
def test_a_drawing_or_a_spec_of_somebody_else_stays(tmp_path, content) -> None:
    place = tmp_path / "matrix.svg"
    place.write_text(content)
    with pytest.raises(UsageError) as refused:
        check_matrix_file(place)
    assert refused.value.code == "twin.other_drawing"


def test_a_folder_and_another_ending_are_refused(tmp_path) -> None:
    (tmp_path / "a.svg").mkdir()
    with pytest.raises(UsageError, match=r"twin\.no_place"):
        check_matrix_file(tmp_path / "a.svg")
    with pytest.raises(UsageError, match=r"twin\.ending"):
        check_matrix_file(tmp_path / "a.png")
