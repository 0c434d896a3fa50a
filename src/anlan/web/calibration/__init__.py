"""How well estimates held: outcomes observed later, and track records computed from both."""
