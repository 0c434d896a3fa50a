"""What a matrix of likelihood and severity does to the risks that are put into its cells."""
