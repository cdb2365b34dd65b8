"""Updates become plain values, and flows do the rest."""
