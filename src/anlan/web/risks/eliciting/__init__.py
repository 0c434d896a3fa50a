"""Sessions in which experts answer a sheet: prepare one, answer it on a phone, see what it comes to."""
