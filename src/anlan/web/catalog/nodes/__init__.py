"""The page of a node: who answers for it, what applies to it, how it runs, and how the work is done."""
