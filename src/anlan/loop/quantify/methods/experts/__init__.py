"""What experts say: scores, rounds, agreement, three points, seed questions, evidence in conflict."""
