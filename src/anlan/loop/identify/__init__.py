"""Identify 风险识别: finders over a log, and checklists of industry packs, yield risk candidates."""
