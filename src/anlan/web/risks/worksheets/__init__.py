"""Worksheets of a process: cells and rows, workbooks, and the pages on which people fill them in."""
