"""Rates: how many terms, units and samples a smooth target takes.

- `index_sets` sizes and terms in order, exact · `power_box` the box of a_i = i^q
- `basis` the trigonometric basis, fast transforms · `approximation` errors, extremal functions, widths
- `networks` ReLU networks as weights, exact · `relu` square, product, folds, sine · `relu_direct` the same as formulas
- `relu_softmax` exponential, reciprocal, the network that selects
- `projection` least squares with exact risk · `estimation` balance, minimax bounds · `covering` perturbed parameters
- `plugin` selection before estimation · `length` estimators that do not select
- `budget` all numbers of a smoothness vector at once, each with the claim it rests on
"""
