"""What both sides hold: the database as it is, the models, what the history yields."""
