"""`python -m sprogkit`: the command."""
