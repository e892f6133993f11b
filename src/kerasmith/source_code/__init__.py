"""What Python code says of the Keras models that it builds, read without running it."""
