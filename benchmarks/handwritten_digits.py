"""Classify scikit-learn's handwritten digits: what a Keras user would write by hand.

The same model, numbers and data as the `digits` recipe; `alike.py` checks that.

    python handwritten_digits.py
"""

import keras
from keras import layers
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

BATCH_SIZE = 32
EPOCHS = 30
PATIENCE = 5
LEARNING_RATE = 1e-3
VALIDATION_SHARE = 0.15
TEST_SHARE = 0.15
SEED = 0

keras.utils.set_random_seed(SEED)

# === Data ===
digits = load_digits()
images = digits.images[..., None].astype("float32") * (255 / 16)  # (1797, 8, 8, 1), up to 255
labels = digits.target

images, test_images, labels, test_labels = train_test_split(
    images, labels, test_size=TEST_SHARE, stratify=labels, random_state=SEED
)
train_images, validation_images, train_labels, validation_labels = train_test_split(
    images,
    labels,
    test_size=VALIDATION_SHARE / (1 - TEST_SHARE),
    stratify=labels,
    random_state=SEED,
)

# === Model ===
model = keras.Sequential(
    [
        keras.Input((8, 8, 1)),
        layers.Rescaling(1 / 255),
        layers.Conv2D(32, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(64, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dropout(0.2),
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile(
    keras.optimizers.Adam(LEARNING_RATE),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)

# === Training ===
model.fit(
    train_images,
    train_labels,
    validation_data=(validation_images, validation_labels),
    batch_size=BATCH_SIZE,
    epochs=EPOCHS,
    callbacks=[
        keras.callbacks.EarlyStopping(patience=PATIENCE, restore_best_weights=True),
        keras.callbacks.ReduceLROnPlateau(factor=0.3, patience=PATIENCE // 2, min_delta=0),
        keras.callbacks.CSVLogger("history.csv"),
    ],
)
model.save("model.keras")
