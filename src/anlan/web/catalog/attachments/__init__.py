"""Files that belong to a node, a risk, or another record that registers itself in `holders`."""
