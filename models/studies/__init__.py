"""What the trained studies of several topics share.

- `run` the configuration of a run, and the recipe of its training · `table` its numbers as rows
- `command` what their commands do alike
"""
