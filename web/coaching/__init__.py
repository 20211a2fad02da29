"""Material for lessons: example calls of an item, playlists of clips, and how agents word things."""
