"""The first page: what needs attention, last night, and what the scores say."""
