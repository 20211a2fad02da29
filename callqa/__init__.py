"""The vocabulary of callqa: types, keys, settings, errors and text. Everyone may import it; it imports nobody."""
