"""Side effects on projects: everything that touches the disk."""
