"""The roof: settings for Django, the process tree, who reacts to what."""
