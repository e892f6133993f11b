"""What a saved Keras model holds, read without Keras."""
