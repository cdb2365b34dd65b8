"""What people read: one renderer for each kind of message."""
