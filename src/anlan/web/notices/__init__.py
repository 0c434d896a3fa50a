"""What a person should hear of: a notice on the page, and by mail where they want it."""
