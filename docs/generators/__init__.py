"""The pages of docs/reference/ that the code itself knows best, a module a page."""
