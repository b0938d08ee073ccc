"""What is asked of a person on evidence, by a rule, by a signature, and until when."""
