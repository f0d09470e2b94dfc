"""What a revision does to people: what it changes, loses and locks."""
