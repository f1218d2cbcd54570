"""A linear read-out on fixed poles in raw coordinates: the speed of each direction, step sizes, time and penalties."""
