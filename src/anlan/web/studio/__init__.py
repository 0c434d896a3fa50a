"""Design studio: twins of processes, designs of them, and what comparing both showed."""
