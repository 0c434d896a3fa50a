"""How much of a result comes from each of its inputs."""
