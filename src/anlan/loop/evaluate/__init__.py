"""Evaluate 效果评估: how far the findings hold from one half of the log to the other."""
