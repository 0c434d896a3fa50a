"""Units, users, roles and tokens: who may do what, and where."""
