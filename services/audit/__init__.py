"""The audit log watched: anchors outside of the database, exports, and what the desk says of it."""
