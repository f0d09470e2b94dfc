"""Projects, histories and databases that were there before, worked on by our verbs."""
