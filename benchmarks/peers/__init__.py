"""What people would build instead: bots as the documentation of their libraries advises, for comparison only."""
