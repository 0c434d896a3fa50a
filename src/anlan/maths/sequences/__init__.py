"""Passes over event sequences grouped by case."""
