"""A simulated program: mentors whose strain is known, answering check-ins that are then scored as in earnest."""
