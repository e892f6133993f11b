"""What Keras 3 no longer has, and what to write instead."""

OLD_NAMES = {
    "keras.utils.np_utils": "keras.utils.to_categorical",
    "keras.layers.core": "keras.layers",
    "keras.layers.convolutional": "keras.layers",
    "keras.layers.recurrent": "keras.layers",
    "keras.layers.normalization": "keras.layers",
    "keras.layers.embeddings": "keras.layers",
    "keras.layers.merge": "keras.layers",
    "keras.layers.pooling": "keras.layers",
    "keras.layers.advanced_activations": "keras.layers",
    "keras.layers.wrappers": "keras.layers",
    "keras.layers.noise": "keras.layers",
    "keras.layers.local": "keras.layers",
    "keras.layers.convolutional_recurrent": "keras.layers",
    "keras.layers.experimental.preprocessing": "keras.layers",
    "keras.layers.experimental": "keras.layers",
    "keras.engine.topology": "keras.layers",
    "keras.engine.base_layer": "keras.layers",
    "keras.utils.vis_utils": "keras.utils",
    "keras.utils.generic_utils": "keras.utils",
    "keras.optimizers.adam": "keras.optimizers.Adam",
    "keras.optimizers.sgd": "keras.optimizers.SGD",
    "keras.optimizers.rmsprop": "keras.optimizers.RMSprop",
    "keras.mixed_precision.experimental": "keras.mixed_precision",
    "keras.constraints.maxnorm": "keras.constraints.MaxNorm",
    "keras.engine": "keras",
    "keras.layers.ThresholdedReLU": "keras.layers.ReLU(threshold=…)",
    "keras.layers.LocallyConnected1D": "keras.layers.Conv1D, or a layer of your own",
    "keras.layers.LocallyConnected2D": "keras.layers.Conv2D, or a layer of your own",
    "keras.layers.MaxoutDense": "keras.layers.Dense and keras.ops.max",
    "keras.layers.TimeDistributedDense": "keras.layers.TimeDistributed(keras.layers.Dense(…))",
    "keras.layers.Merge": "keras.layers.Concatenate, Add and the like",
    "keras.layers.Highway": "a layer of your own",
    "keras.layers.AtrousConvolution2D": "keras.layers.Conv2D(dilation_rate=…)",
    "keras.layers.DenseFeatures": "keras.utils.FeatureSpace",
    "keras.layers.AbstractRNNCell": "keras.layers.Layer",
    "keras.optimizers.experimental": "keras.optimizers",
    "keras.wrappers.scikit_learn": "scikeras, a package of its own",
    "keras.models.model_from_yaml": "keras.models.model_from_json",
    "keras.utils.multi_gpu_model": "keras.distribution",
    "keras.objectives": "keras.losses",
    "keras.preprocessing.text": "keras.layers.TextVectorization",
    "keras.preprocessing.image.ImageDataGenerator": "keras.utils.image_dataset_from_directory",
    "keras.preprocessing.sequence.TimeseriesGenerator": "keras.utils.timeseries_dataset_from_array",
    "keras.experimental": "keras",
    "keras.estimator": "model.fit",
}

IN_TENSORFLOW = (
    "keras.layers.ThresholdedReLU",
    "keras.preprocessing.text",
    "keras.preprocessing.image.ImageDataGenerator",
    "keras.preprocessing.sequence.TimeseriesGenerator",
)
"""What `tensorflow.keras` goes on having, and `keras` has not."""

OLD_ARGUMENTS = {
    "output_dim": "units",
    "nb_filter": "filters",
    "nb_row": "kernel_size",
    "nb_col": "kernel_size",
    "filter_length": "kernel_size",
    "subsample": "strides",
    "border_mode": "padding",
    "init": "kernel_initializer",
    "inner_init": "recurrent_initializer",
    "W_regularizer": "kernel_regularizer",
    "b_regularizer": "bias_regularizer",
    "W_constraint": "kernel_constraint",
    "bias": "use_bias",
    "dim_ordering": "data_format",
    "inner_activation": "recurrent_activation",
    "dropout_W": "dropout",
    "dropout_U": "recurrent_dropout",
    "p": "rate",
    "sigma": "stddev",
    "pool_length": "pool_size",
    "length": "a length by keras.Input",
    "mode": "a merge layer, such as Concatenate",
    "concat_axis": "axis",
    "time_major": "data with the batch first",
    "implementation": "nothing: leave it out",
    "fused": "nothing: leave it out",
    "renorm": "nothing: leave it out",
    "virtual_batch_size": "nothing: leave it out",
    "alpha": "negative_slope",
    "experimental_relaxed_shapes": "nothing: leave it out",
}
"""Arguments of layers that older versions had."""


def old_name(path: str, *, of_tensorflow: bool = False) -> tuple[str, str]:
    """Return which part of a name Keras 3 has not, and what to write for it; empty where it has it.

    A name in a module that is gone is gone with it. `tensorflow.keras` has some more names.
    """
    while path.count("."):
        if path in OLD_NAMES:
            return ("", "") if of_tensorflow and path in IN_TENSORFLOW else (path, OLD_NAMES[path])
        path = path.rpartition(".")[0]
    return "", ""


def old_argument(class_name: str, word: str) -> str:
    """Return what to write in place of an argument that the layers of Keras 3 have not."""
    return OLD_ARGUMENTS.get(word, "")
