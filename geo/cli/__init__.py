"""The command line: a module a command, each a shell around a library function."""
