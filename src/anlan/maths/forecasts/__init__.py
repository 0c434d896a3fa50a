"""How good forecasts were, once what they spoke of has happened."""
