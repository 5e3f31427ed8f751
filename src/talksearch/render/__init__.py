"""Values as text, for the edges: a terminal, a pipe, a file. Nothing here decides anything."""
