"""Events: facts and their fan-out."""
