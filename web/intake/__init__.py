"""Manifests sent by a browser: their columns, a preview, and what came of them."""
