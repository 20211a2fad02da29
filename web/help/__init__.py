"""Help at first hand: first steps of each role, what every item of the rubrics means, and what the words mean."""
