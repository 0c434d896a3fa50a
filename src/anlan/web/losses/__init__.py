"""The loss of a year over the register: what is known of each risk, what joins them, what came out."""
