"""The register as a workbook: out, changed in a spreadsheet, and in again."""
