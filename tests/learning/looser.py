"""Mutants of the statements about one pole that only loosen a bound: a lower one gets smaller, an upper one larger.

Each was compared with the true bound by hand; E_1 and E_2 (exponential integrals) are positive and fall, E_2 < E_1.
"""

SINGLE_POLE_LOSS = (
    "sign of 1 at 2.1.0",
    "sign of 1 at 2.1.1.1.0.1.0.0",
    "constant -1 -> 0 at 2.1.1.1.0.1.1",
    "sign of 1 at 2.1.1.2.0.0",
    "constant -1 -> 0 at 2.1.1.2.1",
)

ESCAPE_TIME = (
    "constant 4 -> 5 at 0.0.0",
    "sign of 2*tau at 0.0.3.1.1",
    "sign of -1 at 0.0.4.0",
    "constant -1 -> 0 at 0.0.4.0",
    "sign of 1 at 0.1.0",
    "sign of 2*tau at 0.1.1.1.1.1",
    "sign of -2 at 1.0.3.1.0",
    "constant -2 -> -1 at 1.0.3.1.0",
    "constant 2 -> 3 at 1.0.3.1.1.0",
    "sign of tau at 1.0.4.1",
    "sign of -(lamda_0/lamda_1)**(2*tau - 2) at 1.1.1",
    "constant 1 -> 2 at 1.1.0",
    "constant -1 -> 0 at 1.1.1.0",
    "constant -1 -> 0 at 1.1.1.1.0.1.1",
    "sign of -2 at 1.1.1.1.1.0",
    "constant -2 -> -1 at 1.1.1.1.1.0",
    "constant 2 -> 3 at 1.1.1.1.1.1.0",
    "sign of -1 at 1.1.2.2.0",
    "constant -1 -> 0 at 1.1.2.2.0",
    "constant 2 -> 3 at 1.1.2.2.1.1",
)

DESCENT_TIME = (
    "sign of 4 at 0.0.1.0",
    "sign of 4*tau at 0.0.1.1",
    "sign of -expint(1, 1) at 0.1.1.0",
    "constant -1 -> 0 at 0.1.1.0.0",
    "constant 1 -> 2 at 0.1.1.0.1.0",
    "constant 1 -> 2 at 0.1.1.0.1.1",
    "constant 4 -> 5 at 1.0.1.0",
    "constant 4 -> 5 at 1.0.1.1.0",
    "sign of 1 at 1.1.1.0.0",
    "sign of tau at 1.1.1.0.1",
    "sign of expint(1, 1 - x) at 1.1.2.1",
    "constant 1 -> 2 at 1.1.2.1.0",
    "sign of -x at 1.1.2.1.1.1",
    "constant 1 -> 2 at 1.1.2.1.1.0",
    "constant -1 -> 0 at 1.1.2.1.1.1.0",
)

LOG_LOG_POLE = (
    "constant 4 -> 5 at 0.0.0",
    "constant 2 -> 3 at 0.0.2.1",
    "sign of 1 at 0.1.0",
    "constant 1 -> 2 at 1.1.0.0.0",
    "constant 2 -> 3 at 1.1.0.1",
    "sign of -E*expint(1, 1 - x_0) at 1.1.1.4",
    "sign of -exp(x)/x at 1.1.1.5",
    "constant -1 -> 0 at 1.1.1.4.0",
    "constant 1 -> 2 at 1.1.1.4.2.0",
    "sign of -x_0 at 1.1.1.4.2.1.1",
    "constant 1 -> 2 at 1.1.1.4.2.1.0",
    "constant -1 -> 0 at 1.1.1.4.2.1.1.0",
    "constant -1 -> 0 at 1.1.1.5.0",
    "constant -1 -> 0 at 1.1.1.5.1.1",
    "sign of 1 at 2.1.1.0.0",
    "sign of tau at 2.1.1.0.1",
    "sign of 1 at 2.1.2.0",
    "sign of tau at 2.1.2.1",
    "sign of E*expint(1, 1 - x) at 2.1.3.2",
    "sign of exp(x_0)/x_0 at 2.1.3.3",
    "constant 1 -> 2 at 2.1.3.2.1.0",
    "sign of -x at 2.1.3.2.1.1.1",
    "constant 1 -> 2 at 2.1.3.2.1.1.0",
    "constant -1 -> 0 at 2.1.3.2.1.1.1.0",
    "constant -1 -> 0 at 2.1.3.3.0.1",
)

LONGEST_MEMORY_FIRST = (
    "sign of 2*tau at 0.3.1.1",
    "sign of -1 at 0.4.0",
    "constant -1 -> 0 at 0.4.0",
    "sign of -expint(1, 1) at 0.5.0",
    "constant -1 -> 0 at 0.5.0.0",
    "constant 1 -> 2 at 0.5.0.1.0",
    "constant 1 -> 2 at 0.5.0.1.1",
    "sign of 1 at 1.1.0",
    "sign of tau at 1.1.1",
    "sign of 1 at 1.2.0",
    "sign of 2*tau at 1.2.1.1.1.1",
)
