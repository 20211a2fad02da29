"""One call with everything that is known of it, ready to be shown on paper or in a browser."""
