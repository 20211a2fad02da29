"""The command line, a file for each group of commands; `cli.main` puts them together."""
