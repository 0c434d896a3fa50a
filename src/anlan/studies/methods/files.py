"""The files of one assessment by a method: its result, and the report as page, PDF and workbook."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anlan.formats.messages import messages
from anlan.formats.printing import to_html, to_pdf, to_workbook
from anlan.formats.printing.method_report import method_report
from anlan.formats.report.words import Language
from anlan.studies.output import RESULT_FILE, write_text

METHOD_PAGE, METHOD_PDF, METHOD_WORKBOOK = "report.html", "report.pdf", "report.xlsx"


def write_method_files(folder: Path, result: Mapping[str, Any], language: Language) -> None:
    """`result.json` and the report in three forms, into a folder that is there.

    Errors: RefusedInput where the font of the PDF was not built.
    """
    report = method_report(result, language=language, footer=origin_of(result, language))
    text = json.dumps(result, ensure_ascii=False, indent=1, allow_nan=False)
    write_text(folder / RESULT_FILE, text + "\n")
    write_text(folder / METHOD_PAGE, to_html(report))
    (folder / METHOD_PDF).write_bytes(to_pdf(report))
    (folder / METHOD_WORKBOOK).write_bytes(to_workbook(report))


def origin_of(result: Mapping[str, Any], language: Language) -> str:
    """Where a report without a run is from: program, method, version of the formula, hash of the inputs."""
    origin = result["provenance"]
    return messages(language).text(
        "method_report.footer", version=origin["code_version"], method=result["method_title"][language],
        formula=origin["method_version"], sha=origin["inputs_sha256"][:16],
    )  # fmt: skip
