"""`urna demo`: a whole small election on one machine, from the definition to the verification report."""
