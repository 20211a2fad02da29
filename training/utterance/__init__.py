"""Training of the classifiers of utterances: manners and danger."""
