"""Topic `selection` on torch modules; networks with written weights: `models.constructed`."""
