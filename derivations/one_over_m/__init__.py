"""The topic one_over_m: where the factor 1/m goes in backpropagation."""
