"""Topic `rates` on torch modules."""
