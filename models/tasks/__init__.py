"""Data sources, one per file: `delay` (recall the input of some steps ago)."""
