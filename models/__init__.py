"""What training finds: torch layers, their measurement, the one training loop, and other people's modules."""
