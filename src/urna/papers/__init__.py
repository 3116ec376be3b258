"""What stands where on every printed paper."""
