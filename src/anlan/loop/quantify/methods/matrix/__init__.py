"""Matrices, indices and worksheets of ordinal scores."""
