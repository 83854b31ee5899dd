"""tracker: holds the promise of the 1-3-10-15 day rule for pollution complaints."""

__version__ = "0.1.0"
