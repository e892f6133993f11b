"""Tell a shape and where it is: what a Keras user would write by hand.

The same model, numbers and data as the `shapes` recipe; `alike.py` checks that. It reads the
pictures that the recipe's `sample` drew, from `data/` below the working folder.

    python handwritten_shapes.py
"""

import keras
import numpy as np
import pandas as pd
from keras import layers
from PIL import Image
from sklearn.model_selection import train_test_split

BATCH_SIZE = 32
EPOCHS = 30
PATIENCE = 5
LEARNING_RATE = 1e-3
VALIDATION_SHARE = 0.15
TEST_SHARE = 0.15
SEED = 0
CLASSES = ["circle", "square", "triangle"]
SIDES = ["place_left", "place_top", "place_right", "place_bottom"]

keras.utils.set_random_seed(SEED)

# === Data ===
table = pd.read_csv("data/examples.csv")
rest, test = train_test_split(
    table, test_size=TEST_SHARE, stratify=table["shape"], random_state=SEED
)
train, validation = train_test_split(
    rest,
    test_size=VALIDATION_SHARE / (1 - TEST_SHARE),
    stratify=rest["shape"],
    random_state=SEED,
)


def inputs_and_labels(rows: pd.DataFrame) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return pictures, `(rows, 32, 32, 1)`, and the number of each shape with its box."""
    pictures = np.stack([np.array(Image.open(f"data/{file}")) for file in rows["picture"]])
    labels = {
        "shape": rows["shape"].map(CLASSES.index).to_numpy(),
        "place": rows[SIDES].to_numpy("float32"),
    }
    return pictures[..., None].astype("float32"), labels


# === Model ===
picture = keras.Input((32, 32, 1), name="picture")
x = layers.Rescaling(1 / 255)(picture)
for filters in (32, 64, 128, 128):
    x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D()(x)
x = layers.Flatten()(x)
x = layers.Dense(64, activation="relu")(x)
x = layers.Dropout(0.2)(x)
shape = layers.Dense(len(CLASSES), activation="softmax", name="shape")(x)
place = layers.Dense(len(SIDES), activation="sigmoid", name="place")(x)

model = keras.Model(picture, {"shape": shape, "place": place})
model.compile(
    keras.optimizers.Adam(LEARNING_RATE),
    loss={"shape": "sparse_categorical_crossentropy", "place": "mean_squared_error"},
    loss_weights={"shape": 1.0, "place": 10.0},
    metrics={"shape": "accuracy", "place": "mean_absolute_error"},
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
