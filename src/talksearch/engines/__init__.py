"""Search engines behind one protocol (``base``); ``whoosh`` is the one there is."""
