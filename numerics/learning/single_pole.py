"""One pole that learns a delay: the loss, the way up and the way down."""
