"""Media: uploaded images."""
