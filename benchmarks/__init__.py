"""Speed, memory and recall as figures; each module is a command that prints its table."""
