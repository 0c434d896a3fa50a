"""Assessing without the matrix: by estimates of people, by what a run found."""
