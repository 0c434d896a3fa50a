"""Which inputs a result depends on: of a formula, or of any other method's spec."""
