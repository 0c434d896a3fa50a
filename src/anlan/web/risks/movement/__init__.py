"""Where risks moved on the matrix between two days."""
