"""The search index: blocks of postings over what was said."""
