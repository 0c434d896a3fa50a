"""Pages that lead from a process to candidates: its sources, the checklist, feedback."""
