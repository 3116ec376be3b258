"""What is elected, where, by whom, under which rules."""
