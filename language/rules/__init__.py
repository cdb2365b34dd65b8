"""What the reading of notes looks for: data files for review by a clinician, no code."""
