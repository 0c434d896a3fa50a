"""The loss of a year over a register: from what is known of each risk to the inputs of the methods."""
