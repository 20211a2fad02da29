"""Personal data in calls: who and where somebody is, found for masking and bleeping."""
