"""What people configure at the desk: drafts, their tryouts, and publishing them as files that everything reads."""
