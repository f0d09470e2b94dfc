"""What rows get, and what becomes of their values."""
