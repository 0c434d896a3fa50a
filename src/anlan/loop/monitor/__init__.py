"""Monitor 监控: indicators with baselines and control limits from the log itself."""
