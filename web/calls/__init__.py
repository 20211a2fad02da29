"""The list of calls: filters, sorting, saved filters, the list as a file."""
