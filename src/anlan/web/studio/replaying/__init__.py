"""A twin, a design, a comparison or a log as its cases moved: the parts, the map, the page, a still."""
