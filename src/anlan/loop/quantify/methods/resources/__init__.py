"""People and means: how many are needed when, who works when, what goes where, what is to be expected."""
