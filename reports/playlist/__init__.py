"""Playlists as lessons: a folder, or a ZIP file, of sound files with a sheet about them."""
