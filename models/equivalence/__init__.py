"""Topic `equivalence` on torch modules.

`realisations` one spectrum, several matrices · `legs` S4 against S4D-LegS · `selective` Euler's input against
zero-order hold's · `descent` training a read-out on given poles · `speed` the kernels timed.
"""
