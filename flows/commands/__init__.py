"""The command line, a file for each group of commands; `flows.cli` puts them together."""
