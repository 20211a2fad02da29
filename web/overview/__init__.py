"""The first page: to-dos, last night, and what the scores say."""
