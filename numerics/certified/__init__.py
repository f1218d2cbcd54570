"""The same quantities in ball arithmetic (Arb): enclosures, never estimates.

Every result contains the true value for the given doubles, taken exactly. A result too wide to be of use raises
`NotTight`; it is never narrowed.

- `enclosure` what comes back · `memory` memory function, capacity, eigenvalues
- `conditioning` condition numbers, without an eigenvalue solver · `legs` LegS and its normal part
"""

from numerics.certified.conditioning import (
    condition,
    geometric_condition,
    gram_condition,
    positive_condition,
    unit_gram_condition,
)
from numerics.certified.enclosure import Enclosure, NotTight, enclose
from numerics.certified.legs import (
    kernel_gap_squared,
    legs_condition,
    legs_eigensystem_is_exact,
    legs_eigenvectors,
    legs_kernel,
    legs_reconstruction,
    normal_part_frequencies,
)
from numerics.certified.memory import (
    PartialCapacity,
    capacity_partial,
    eigenvalues,
    gram_memory,
    memory_function,
)

__all__ = [
    "Enclosure",
    "NotTight",
    "PartialCapacity",
    "capacity_partial",
    "condition",
    "eigenvalues",
    "enclose",
    "geometric_condition",
    "gram_condition",
    "gram_memory",
    "kernel_gap_squared",
    "legs_condition",
    "legs_eigensystem_is_exact",
    "legs_eigenvectors",
    "legs_kernel",
    "legs_reconstruction",
    "memory_function",
    "normal_part_frequencies",
    "positive_condition",
    "unit_gram_condition",
]
