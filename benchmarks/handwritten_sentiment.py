"""Say whether a film review is kind: what a Keras user would write by hand.

The same model, numbers and data as the `sentiment` recipe; `alike.py` checks that. It reads the
reviews that the recipe's `sample` wrote, from `data/` below the working folder.

    python handwritten_sentiment.py
"""

import keras
import numpy as np
import pandas as pd
from keras import layers
from sklearn.model_selection import train_test_split

LENGTH = 20
VOCABULARY = 200
BATCH_SIZE = 32
EPOCHS = 30
PATIENCE = 5
LEARNING_RATE = 1e-3
VALIDATION_SHARE = 0.15
TEST_SHARE = 0.15
SEED = 0

keras.utils.set_random_seed(SEED)

# === Data ===
table = pd.read_csv("data/examples.csv")
rest, test = train_test_split(
    table, test_size=TEST_SHARE, stratify=table["liked"], random_state=SEED
)
train, validation = train_test_split(
    rest,
    test_size=VALIDATION_SHARE / (1 - TEST_SHARE),
    stratify=rest["liked"],
    random_state=SEED,
)

vectorize = layers.TextVectorization(VOCABULARY, output_sequence_length=LENGTH)
vectorize.adapt(train["review"].to_numpy(object))


def inputs_and_labels(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of the words, `(rows, LENGTH)`, and 1 or 0, `(rows, 1)`."""
    words = np.array(vectorize(rows["review"].to_numpy(object)), "int32")
    return words, rows["liked"].to_numpy("float32")[:, None]


# === Model ===
model = keras.Sequential(
    [
        keras.Input((LENGTH,), dtype="int32"),
        layers.Embedding(VOCABULARY, 32, mask_zero=True),
        layers.LSTM(32),
        layers.Dropout(0.2),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    keras.optimizers.Adam(LEARNING_RATE),
    loss="binary_crossentropy",
    metrics=["accuracy"],
)

# === Training ===
model.fit(
    *inputs_and_labels(train),
    validation_data=inputs_and_labels(validation),
    batch_size=BATCH_SIZE,
    epochs=EPOCHS,
    callbacks=[
        keras.callbacks.EarlyStopping(patience=PATIENCE, restore_best_weights=True),
        keras.callbacks.ReduceLROnPlateau(factor=0.3, patience=PATIENCE // 2, min_delta=0),
        keras.callbacks.CSVLogger("history.csv"),
    ],
)
model.save("model.keras")
