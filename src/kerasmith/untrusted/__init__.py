"""How a file is read that anybody may have made: within bounds, or in a process of its own."""
