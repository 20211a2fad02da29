"""Masking of text and bleeping of sound, for readers and listeners who need not know whose call it is."""
