"""Drawing a directed flow in layers: which edges to show, in which order, and where everything lies."""
