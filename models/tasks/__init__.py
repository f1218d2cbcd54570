"""Data sources, one per file, each with what a trivial answer reaches.

- `delay` recall the input of some steps ago
- `adding` add the two marked numbers of a sequence
- `selective_copying` repeat the letters that lay among blanks
- `copying` repeat a string of some length
- `associative_recall` name the value that came with a key
- `piecewise` a smooth map of the value that the most important token has
- `induction_heads` name what followed a mark
- `motif` tell which of two words of the same letters occurs
- `digits` name a handwritten digit, read pixel by pixel
- `laser` forecast a measured chaotic series
- `listops` evaluate nested operators on digits
"""
