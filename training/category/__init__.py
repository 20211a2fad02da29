"""Training of the classifiers of categories and request types."""
