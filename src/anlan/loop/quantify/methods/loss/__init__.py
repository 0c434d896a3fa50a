"""The loss of a year in the unit of its consequences: by simulation, by tree, and the fits it rests on."""
