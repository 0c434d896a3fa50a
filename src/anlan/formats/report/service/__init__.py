"""A process as a service blueprint and as a customer journey: drawn, and as rows of a table."""

from anlan.formats.report.service.blueprint import blueprint_drawing, blueprint_sheets
from anlan.formats.report.service.journey import journey_drawing
from anlan.formats.report.service.rows import blueprint_rows, journey_rows

__all__ = ["blueprint_drawing", "blueprint_rows", "blueprint_sheets", "journey_drawing", "journey_rows"]
