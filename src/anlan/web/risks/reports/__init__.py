"""Reports to print: what stands in each; how it is written is `anlan.formats.printing`'s."""
