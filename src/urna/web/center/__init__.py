"""The centre's addresses: where stations send, what other programs ask, and the operators' pages."""
