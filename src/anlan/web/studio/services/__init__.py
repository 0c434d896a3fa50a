"""Writing: twins, designs of them, comparisons, and the draft of a process that tries a design."""
