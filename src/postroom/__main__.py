"""`python -m postroom`: the same as the command `postroom`."""

from postroom.config.main import main

main()
