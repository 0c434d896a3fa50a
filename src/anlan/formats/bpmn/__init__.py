"""Processes as BPMN 2.0 files: `read_bpmn` says what it understood and names all it did not."""

from anlan.formats.bpmn.notes import Note
from anlan.formats.bpmn.reading import ReadBpmn, read_bpmn
from anlan.formats.bpmn.writing import bpmn_bytes

__all__ = ["Note", "ReadBpmn", "bpmn_bytes", "read_bpmn"]
