"""What a person types and sees: words to verbs, values to screens, errors to messages."""
