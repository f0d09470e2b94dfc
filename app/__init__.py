"""A small gig service: the example of a project that uses dbtasks."""
