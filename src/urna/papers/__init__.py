"""What is printed: which words and numbers stand where, whatever prints them."""
