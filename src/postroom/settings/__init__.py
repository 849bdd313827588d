"""The settings schema: name, type, unit, default, sentence."""
