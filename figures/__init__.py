"""Theorem as a line, measurement as markers: every figure computes, checks its claims, and draws.

- `figures.figure` the record · `figures.style` its look · `figures.caption` its words
- `figures.run` from a figure to its files · `figures.gallery` the page · `python -m figures` the command
- `figures.memory`, `figures.equivalence` the figures of a topic each · `figures.topics` all of them
"""
