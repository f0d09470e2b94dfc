"""Databases that come without a version: what they are, they have to show."""
