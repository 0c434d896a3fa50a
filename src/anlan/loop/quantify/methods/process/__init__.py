"""Methods that look at a risk inside the process it disturbs."""
