"""Topic `learning` on torch modules."""
