"""Forecasts of counts with their trial on the past, and how good forecasts were once it has happened."""
