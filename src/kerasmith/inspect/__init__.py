"""Look into what people have: a saved Keras model."""
