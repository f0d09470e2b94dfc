"""Revision files, read as text and never run."""
