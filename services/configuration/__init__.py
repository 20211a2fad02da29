"""Configuration at the desk: drafts of one person, agreed to by another, and published as files."""
