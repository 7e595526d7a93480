"""From the quality of a classifier to the gradient of its cross-entropy."""
