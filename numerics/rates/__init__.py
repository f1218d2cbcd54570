"""Rates: how many terms, units and samples a smooth target takes.

- `index_sets` sizes and bounds, exact · `basis` the trigonometric basis · `approximation` best terms, errors, widths
- `networks` ReLU networks as weights, exact · `relu` square, product, folds, sine · `relu_direct` the same as formulas
- `relu_softmax` exponential, reciprocal, the network that selects
- `estimation` projection and least squares, exact risk, minimax bounds · `covering` perturbed parameters
- `plugin` selection before estimation · `length` estimators that do not select
"""
