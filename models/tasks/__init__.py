"""Data sources, one per file, each with what a trivial answer reaches.

- `delay` recall the input of some steps ago
- `adding` add the two marked numbers of a sequence
- `selective_copying` repeat the letters that lay among blanks
- `digits` name a handwritten digit, read pixel by pixel
- `laser` forecast a measured chaotic series
- `listops` evaluate nested operators on digits
"""
