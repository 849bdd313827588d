"""Content: block documents, Liquid, rendering, signed links."""
