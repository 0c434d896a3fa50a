"""Methods of quantification in the application: choose one, answer its questions, run it."""
