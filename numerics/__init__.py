"""What a computer measures: NumPy, SciPy and python-flint, and no other floor of the house.

- `numerics.preconditions` what every entry point demands of its arguments
- `numerics.spectra` the named pole sets and the discretisations
- `numerics.memory` what a linear state can recall
- `numerics.equivalence` when a model is diagonal, and when it is not
- `numerics.certified` the same quantities enclosed by ball arithmetic
"""
