"""The page: what it shows, as JSON, and the server that `kerasmith web` starts.

The same modules run in the browser, in a worker (`web/worker.js`). The page asks `engine.py`; what
comes back holds every word, question and choice that it shows.
"""
