"""People and what they write: accounts, the audit log, reviews, appeals, samples, playlists."""
