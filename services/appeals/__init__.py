"""Appeals: where each stands, and the steps that people take."""
