"""Recordings as a browser plays them: sound files it can seek in, their waveform, and where nobody or both spoke."""
