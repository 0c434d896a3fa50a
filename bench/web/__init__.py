"""How quickly the application answers with a large organisation in it."""
