"""What leaves the house: one module per kind of file, each whole or not at all."""
