"""The public results page: static files made from a record, readable without scripts."""
