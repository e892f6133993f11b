"""The page in a real browser: the chromium of the system."""
