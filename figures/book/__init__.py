"""The book: a static site written from the claims, their proofs, the ledger and the gallery, and from nothing else."""
