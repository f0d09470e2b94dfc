"""The work of the verbs, one module a verb: a project in, a plain value out."""
