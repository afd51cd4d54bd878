"""Answers to exercise 2: right ones, and the mistakes that students make.

BANK maps each task to its right answers, {name: code}; to the wrong ones that
a visible check must reject, {name: (code, what the message must say)}; and to
those made for the visible checks only, which the hidden tests must reject.
"""

import re

NAME = "02_undercomplete_autoencoder"

BUILD = """
def count_weights(widths):
    sizes = widths + widths[::-1][1:]
    return sum(a * b + b for a, b in zip(sizes, sizes[1:]))


def build_autoencoder(widths):
    model = keras.Sequential([keras.Input((widths[0],))])
    for units in widths[1:-1]:
        model.add(layers.Dense(units, activation="gelu"))
    model.add(layers.Dense(widths[-1], name="codes"))
    for units in widths[-2:0:-1]:
        model.add(layers.Dense(units, activation="gelu"))
    model.add(layers.Dense(widths[0]))
    return model
"""

COMPARE = """
def compare_with_pca(autoencoder, train_images, test_images):
    mean = train_images.mean(axis=0)
    inputs = test_images - mean
    outputs = keras.ops.convert_to_numpy(autoencoder(inputs))
    error = np.mean((inputs - outputs) ** 2)
    k = autoencoder.get_layer("codes").units
    pca = PCA(k).fit(train_images)
    rebuilt = pca.inverse_transform(pca.transform(test_images))
    return error, np.mean((test_images - rebuilt) ** 2)


def numbers_needed(train_images, test_images, error):
    pca = PCA().fit(train_images)
    x = test_images - pca.mean_
    for k in range(1, train_images.shape[1] + 1):
        rebuilt = x @ pca.components_[:k].T @ pca.components_[:k]
        if np.mean((x - rebuilt) ** 2) <= error:
            return k
"""

SIGNS = """
def warning_signs(reconstruct, train_images, test_images, noise):
    train_error = np.mean((train_images - reconstruct(train_images)) ** 2)
    test_error = np.mean((test_images - reconstruct(test_images)) ** 2)
    noise_error = np.mean((noise - reconstruct(noise)) ** 2)
    variance = np.mean((noise - noise.mean(axis=0)) ** 2)
    return test_error / train_error, 1 - noise_error / variance


def copying_decoder(encoder_kernel):
    d, k = encoder_kernel.shape
    if k < d or np.linalg.matrix_rank(encoder_kernel) < d:
        raise ValueError("information is lost")
    return np.linalg.pinv(encoder_kernel)
"""

TRAIN = """
def train_autoencoder(train_images, code_size):
    d = train_images.shape[1]
    images = keras.Input((d,))
    hidden = layers.Dense(128, activation="gelu")(images)
    hidden = layers.Dense(64, activation="gelu")(hidden)
    codes = layers.Dense(code_size)(hidden)
    encoder = keras.Model(images, codes)
    code_input = keras.Input((code_size,))
    hidden = layers.Dense(64, activation="gelu")(code_input)
    hidden = layers.Dense(128, activation="gelu")(hidden)
    decoder = keras.Model(code_input, layers.Dense(d)(hidden))
    autoencoder = keras.Model(images, decoder(encoder(images)))
    schedule = keras.optimizers.schedules.CosineDecay(8e-3, 600)
    autoencoder.compile(keras.optimizers.Adam(schedule), loss="mse")
    autoencoder.fit(train_images, train_images, batch_size=64, epochs=30, verbose=0)
    return encoder, decoder
"""


def changed(code, old, new):
    """Return an answer with one thing changed."""
    assert old in code, old
    return code.replace(old, new)


QUICK = changed(TRAIN, "epochs=30", "epochs=1")
UNTRAINED = re.sub(r"    autoencoder.fit.*\n", "", TRAIN)

BANK = {
    "task-1": {
        "right": {
            "sequential": BUILD,
            "twice a half, activation layers": """
def count_weights(widths):
    kernels = 0
    for n in range(len(widths) - 1):
        kernels = kernels + widths[n] * widths[n + 1]
    return 2 * kernels + 2 * sum(widths) - widths[0] - widths[-1] + 0 * len(widths)


def build_autoencoder(widths):
    x = inputs = keras.Input(shape=(widths[0],))
    units = list(widths[1:]) + list(reversed(widths[:-1]))
    for n, number in enumerate(units):
        if n == len(widths) - 2:
            x = layers.Dense(number, name="codes")(x)
        elif n == len(units) - 1:
            x = layers.Dense(number, activation="linear")(x)
        else:
            x = layers.Activation("gelu")(layers.Dense(number)(x))
    return keras.Model(inputs=inputs, outputs=x)
""",
            "approximate GELU, count with NumPy": """
def count_weights(widths):
    sizes = np.array(list(widths) + list(widths)[-2::-1])
    return int(np.sum(sizes[1:] * (sizes[:-1] + 1)))


def build_autoencoder(widths):
    hidden_units = widths[1:-1]
    hidden = images = keras.Input((widths[0],))
    for units in hidden_units:
        hidden = layers.Dense(units, activation=keras.ops.gelu)(hidden)
    hidden = layers.Dense(widths[-1], activation=None, name="codes")(hidden)
    for units in hidden_units[::-1]:
        hidden = layers.Dense(units, activation=keras.ops.gelu)(hidden)
    return keras.Model(images, layers.Dense(widths[0])(hidden))
""",
        },
        "wrong": {
            "biases forgotten": (
                changed(BUILD, "a * b + b for", "a * b for"),
                "where are the biases",
            ),
            "encoder only": (
                changed(BUILD, "sizes = widths + widths[::-1][1:]", "sizes = widths"),
                "the encoder alone",
            ),
            "twice the encoder": (
                changed(
                    BUILD,
                    "    sizes = widths + widths[::-1][1:]\n"
                    "    return sum(a * b + b for a, b in zip(sizes, sizes[1:]))",
                    "    return 2 * sum(a * b + b for a, b in zip(widths, widths[1:]))",
                ),
                "one bias per output",
            ),
            "biases for the pixels too": (
                changed(BUILD, "return sum(", "return widths[0] + sum("),
                "must be 17, got 20",
            ),
            "code counted twice": (
                changed(BUILD, "widths[::-1][1:]", "widths[::-1]"),
                "gave 23.* only once",
            ),
            "code counted twice if there are hidden layers": (
                changed(
                    BUILD,
                    "widths + widths[::-1][1:]",
                    "widths + widths[len(widths) > 2 and -1 or -2::-1]",
                ),
                "only once",
            ),
            "decoder not reversed in the count": (
                changed(BUILD, "widths[::-1][1:]", "widths[:-1]"),
                "in which order",
            ),
            "at most one hidden layer counted": (
                changed(
                    BUILD,
                    "    sizes = widths + widths[::-1][1:]",
                    "    sizes = widths[:3] + widths[:3][::-1][1:]",
                ),
                "for the encoder",
            ),
            "two hidden layers not reversed in the count": (
                changed(BUILD, "widths[::-1][1:]", "[*widths[1:-1], widths[0]]"),
                "have 4 and 5 units",
            ),
            "Dropout between the layers": (
                changed(
                    BUILD,
                    "    for units in widths[-2:0:-1]:",
                    "    model.add(layers.Dropout(0.5))\n"
                    "    for units in widths[-2:0:-1]:",
                ),
                "in training the model gives other outputs",
            ),
            "a first hidden layer always": (
                changed(
                    BUILD,
                    "    for units in widths[1:-1]:",
                    '    model.add(layers.Dense(widths[1], activation="gelu"))\n'
                    "    for units in widths[2:-1]:",
                ),
                r"with widths \[9, 4\], the layers have kernels",
            ),
            "64 pixels built in": (
                changed(BUILD, "Input((widths[0],))", "Input((64,))"),
                r"with widths \[9, 4\], the layers have kernels",
            ),
            "list reversed in place": (
                changed(
                    BUILD,
                    "sizes = widths + widths[::-1][1:]",
                    "sizes = widths[:-1]\n"
                    "    widths.reverse()\n"
                    "    sizes = sizes + widths",
                ),
                "count_weights changed the list",
            ),
            "printed, not returned": (
                changed(BUILD, "return sum(", "print(end=''); sum("),
                "is there a return",
            ),
            "code popped from the list": (
                changed(
                    BUILD,
                    "    model = keras",
                    "    code = widths.pop()\n    model = keras",
                )
                .replace("widths[1:-1]", "widths[1:]")
                .replace("widths[-2:0:-1]", "widths[:0:-1]")
                .replace("Dense(widths[-1]", "Dense(code"),
                "build_autoencoder changed the list",
            ),
            "no input shape": (
                changed(BUILD, "[keras.Input((widths[0],))]", ""),
                "has no weights yet",
            ),
            "code layer without a name": (
                changed(BUILD, ', name="codes"', ""),
                'no layer of the model is named "codes"',
            ),
            "another layer named codes": (
                changed(BUILD, ', name="codes"', "").replace(
                    "layers.Dense(widths[0])", 'layers.Dense(widths[0], name="codes")'
                ),
                "is the right layer named",
            ),
            "decoder in the encoder's order": (
                changed(BUILD, "widths[-2:0:-1]", "widths[1:-1]"),
                "in reverse order",
            ),
            "decoder repeats the code": (
                changed(BUILD, "widths[-2:0:-1]", "widths[:0:-1]"),
                "no layer more",
            ),
            "only one hidden layer": (
                changed(BUILD, "widths[1:-1]", "widths[1:2]").replace(
                    "widths[-2:0:-1]", "widths[1:2]"
                ),
                "all hidden layers there",
            ),
            "784 pixels": (
                changed(BUILD, "layers.Dense(widths[0])", "layers.Dense(784)"),
                "kernels of shape",
            ),
            "no biases": (
                changed(
                    BUILD,
                    "layers.Dense(widths[0])",
                    "layers.Dense(widths[0], use_bias=False)",
                ),
                "must have biases",
            ),
            "ReLU in the code": (
                changed(BUILD, 'name="codes"', 'name="codes", activation="relu"'),
                "does the code layer have an activation",
            ),
            "GELU in the code": (
                changed(BUILD, 'name="codes"', 'name="codes", activation="gelu"'),
                "does the code layer have an activation",
            ),
            "tanh in the code": (
                changed(BUILD, 'name="codes"', 'name="codes", activation="tanh"'),
                "does the code layer have an activation",
            ),
            "GELU after the code": (
                changed(
                    BUILD,
                    'name="codes"))',
                    'name="codes"))\n    model.add(layers.Activation("gelu"))',
                ),
                "each layer after the code",
            ),
            "sigmoid output": (
                changed(
                    BUILD,
                    "layers.Dense(widths[0])",
                    'layers.Dense(widths[0], activation="sigmoid")',
                ),
                "has the last layer an activation",
            ),
            "GELU output": (
                changed(
                    BUILD,
                    "layers.Dense(widths[0])",
                    'layers.Dense(widths[0], activation="gelu")',
                ),
                "has the last layer an activation",
            ),
            "no activations at all": (
                changed(BUILD, ', activation="gelu"', ""),
                "activation of each layer of the encoder",
            ),
            "ReLU instead of GELU": (
                changed(BUILD, '"gelu"', '"relu"'),
                "activation of each layer of the encoder",
            ),
            "no activations in the decoder": (
                changed(
                    BUILD,
                    "    for units in widths[-2:0:-1]:\n"
                    '        model.add(layers.Dense(units, activation="gelu"))',
                    "    for units in widths[-2:0:-1]:\n"
                    "        model.add(layers.Dense(units))",
                ),
                "each layer after the code",
            ),
            "compile returned": (
                changed(BUILD, "return model", 'return model.compile("adam", "mse")'),
                "return the Keras model, not NoneType",
            ),
        },
        "hidden": {
            "hidden layers sorted by width": changed(
                BUILD, "in widths[-2:0:-1]", "in sorted(widths[1:-1])"
            ),
            "built with Keras for the sizes of the check": """
def count_weights(widths):
    return {2: 17, 3: 71, 4: 142}[len(widths)]
"""
            + BUILD[BUILD.index("\n\ndef build") :],
        },
    },
    "task-2": {
        "right": {
            "plain": COMPARE,
            "by hand": """
def compare_with_pca(autoencoder, train_images, test_images):
    mean = np.mean(train_images, axis=0)
    centred_train, centred_test = train_images - mean, test_images - mean
    rebuilt = keras.ops.convert_to_numpy(autoencoder(centred_test)) + mean
    code_size = autoencoder.get_layer("codes").get_weights()[0].shape[1]
    _, _, rows = np.linalg.svd(centred_train, full_matrices=False)
    kept = rows[:code_size]
    pca_rebuilt = centred_test @ kept.T @ kept
    return [
        squared_error(test_images, rebuilt),
        np.mean(np.mean((centred_test - pca_rebuilt) ** 2, axis=1)),
    ]


def numbers_needed(train_images, test_images, error):
    mean = train_images.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov(train_images, rowvar=False))
    codes = (test_images - mean) @ vectors[:, ::-1]
    tails = np.cumsum(np.mean(codes**2, axis=0)[::-1])[::-1] / len(mean)
    errors = np.append(tails[1:], 0)
    return np.argmax(errors <= error) + 1
""",
            "evaluate, and a search by halves": """
def compare_with_pca(autoencoder, train_images, test_images):
    pca = PCA(autoencoder.get_layer("codes").output.shape[-1]).fit(train_images)
    x = test_images - pca.mean_
    autoencoder.compile(loss="mse")
    pca_error = squared_error(x, x @ pca.components_.T @ pca.components_)
    return autoencoder.evaluate(x, x, verbose=0), pca_error


def numbers_needed(train_images, test_images, error):
    low, high = 0, train_images.shape[1]
    while high - low > 1:
        middle = (low + high) // 2
        pca = PCA(middle).fit(train_images)
        rebuilt = pca.inverse_transform(pca.transform(test_images))
        if squared_error(test_images, rebuilt) <= error:
            high = middle
        else:
            low = middle
    return high
""",
        },
        "wrong": {
            "not centred for the autoencoder": (
                changed(COMPARE, "inputs = test_images - mean", "inputs = test_images"),
                "it was trained on centred images",
            ),
            "the test images' own mean": (
                changed(
                    COMPARE,
                    "mean = train_images.mean(axis=0)\n    inputs",
                    "mean = test_images.mean(axis=0)\n    inputs",
                ),
                "not even their mean",
            ),
            "one mean for all pixels": (
                changed(COMPARE, "train_images.mean(axis=0)", "train_images.mean()"),
                "which images go in",
            ),
            "output compared with raw images": (
                changed(COMPARE, "(inputs - outputs)", "(test_images - outputs)"),
                "centred ones come out",
            ),
            "the training images' error": (
                changed(
                    COMPARE,
                    "inputs = test_images - mean",
                    "inputs = train_images - mean",
                ),
                "this is that on the training images",
            ),
            "summed over pixels": (
                changed(
                    COMPARE,
                    "np.mean((inputs - outputs) ** 2)",
                    "np.mean(np.sum((inputs - outputs) ** 2, axis=1))",
                ),
                "a mean over pixels too",
            ),
            "root of the error": (
                changed(
                    COMPARE,
                    "np.mean((inputs - outputs) ** 2)",
                    "np.sqrt(np.mean((inputs - outputs) ** 2))",
                ),
                "this is a root",
            ),
            "absolute error": (
                changed(
                    COMPARE,
                    "np.mean((inputs - outputs) ** 2)",
                    "np.mean(np.abs(inputs - outputs))",
                ),
                "it is that of absolute values",
            ),
            "errors of each image": (
                changed(
                    COMPARE,
                    "(inputs - outputs) ** 2",
                    "(inputs - outputs) ** 2, axis=1",
                ).replace(
                    "(test_images - rebuilt) ** 2)\n\n",
                    "(test_images - rebuilt) ** 2, axis=1)\n\n",
                ),
                r"got shapes \[\(320,\), \(320,\)\]",
            ),
            "one number": (
                changed(
                    COMPARE,
                    "return error, np.mean((test_images - rebuilt) ** 2)",
                    "return error / np.mean((test_images - rebuilt) ** 2)",
                ),
                "return two numbers, not float",
            ),
            "in the other order": (
                changed(
                    COMPARE,
                    "return error, np.mean((test_images - rebuilt) ** 2)",
                    "return np.mean((test_images - rebuilt) ** 2), error",
                ),
                "which comes second",
            ),
            "PCA fitted on the test images": (
                changed(
                    COMPARE,
                    "pca = PCA(k).fit(train_images)\n    rebuilt",
                    "pca = PCA(k).fit(test_images)\n    rebuilt",
                ),
                "PCA was fitted on the test images$",
            ),
            "PCA fitted on all images": (
                changed(
                    COMPARE,
                    "pca = PCA(k).fit(train_images)\n    rebuilt",
                    "pca = PCA(k).fit(np.concatenate([train_images, test_images]))\n"
                    "    rebuilt",
                ),
                "PCA was fitted on the test images too",
            ),
            "PCA scored on the training images": (
                changed(
                    COMPARE,
                    "return error, np.mean((test_images - rebuilt) ** 2)",
                    "rebuilt = pca.inverse_transform(pca.transform(train_images))\n"
                    "    return error, np.mean((train_images - rebuilt) ** 2)",
                ),
                "PCA was scored on the training images",
            ),
            "PCA without the mean": (
                changed(
                    COMPARE,
                    "rebuilt = pca.inverse_transform(pca.transform(test_images))\n"
                    "    return",
                    "rebuilt = test_images @ pca.components_.T @ pca.components_\n"
                    "    return",
                ),
                "without subtracting the mean training image",
            ),
            "PCA fitted on centred, scored on raw images": (
                changed(
                    COMPARE,
                    "pca = PCA(k).fit(train_images)\n    rebuilt",
                    "pca = PCA(k).fit(train_images - mean)\n    rebuilt",
                ),
                "without subtracting the mean training image",
            ),
            "PCA's error summed over pixels": (
                changed(
                    COMPARE,
                    "return error, np.mean((test_images - rebuilt) ** 2)",
                    "return error, 64 * np.mean((test_images - rebuilt) ** 2)",
                ),
                "a sum over pixels",
            ),
            "code size built in": (
                changed(COMPARE, 'k = autoencoder.get_layer("codes").units', "k = 6"),
                "another code size",
            ),
            "the last layer's size": (
                changed(
                    COMPARE,
                    'autoencoder.get_layer("codes").units',
                    "autoencoder.layers[-1].units - 1",
                ),
                "another code size",
            ),
            "the first layer's size": (
                changed(
                    COMPARE,
                    'autoencoder.get_layer("codes").units',
                    "autoencoder.layers[1].units",
                ),
                "PCA's error is",
            ),
            "the size of the last layer but one": (
                changed(
                    COMPARE,
                    'autoencoder.get_layer("codes").units',
                    "autoencoder.layers[-2].units",
                ),
                "PCA's error is",
            ),
            "the size of the layer in the middle": (
                changed(
                    COMPARE,
                    'autoencoder.get_layer("codes").units',
                    "autoencoder.layers[len(autoencoder.layers) // 2].units",
                ),
                "PCA's error is",
            ),
            "sums": (
                changed(
                    COMPARE, "np.mean((inputs - outputs)", "np.sum((inputs - outputs)"
                ),
                "it is a sum, not a mean",
            ),
            "PCA given images without their own mean": (
                changed(
                    COMPARE,
                    "rebuilt = pca.inverse_transform(pca.transform(test_images))",
                    "shift = pca.mean_ - test_images.mean(axis=0)\n"
                    "    test_images = test_images + shift\n"
                    "    rebuilt = pca.inverse_transform(pca.transform(test_images))",
                ),
                "the test images' own mean",
            ),
            "the notebook's training images": (
                changed(COMPARE, "mean = train_images.mean", "mean = x_train.mean"),
                "the autoencoder's error is",
            ),
            "the notebook's images for PCA": (
                changed(
                    COMPARE,
                    "pca = PCA(k).fit(train_images)\n    rebuilt",
                    "pca = PCA(k).fit(x_train)\n    rebuilt",
                ),
                "on which images is PCA fitted",
            ),
            "numbers: from 0": (
                changed(COMPARE, "range(1, train", "range(0, train"),
                "the smallest code has 1 number",
            ),
            "centred in place": (
                changed(
                    COMPARE,
                    "inputs = test_images - mean",
                    "test_images -= mean\n    inputs = test_images",
                ),
                "compare_with_pca changed its images",
            ),
            "the notebook's images": (
                changed(
                    COMPARE, "inputs = test_images - mean", "inputs = x_test - mean"
                ),
                "which images go in",
            ),
            "numbers: an index": (
                changed(
                    COMPARE, "            return k\n", "            return k - 1\n"
                ),
                "one too few",
            ),
            "numbers: one too many": (
                changed(
                    COMPARE, "            return k\n", "            return k + 1\n"
                ),
                "one too many",
            ),
            "numbers: the last that is not enough": (
                changed(
                    COMPARE,
                    "** 2) <= error:\n            return k",
                    "** 2) > error:\n            best = k\n    return best",
                ),
                "one too few",
            ),
            "numbers: the largest that is enough": (
                changed(
                    COMPARE,
                    "            return k\n",
                    "            best = k\n    return best\n",
                ),
                "smallest code size",
            ),
            "numbers: training error": (
                changed(COMPARE, "x = test_images - pca", "x = train_images - pca"),
                "scored on the training images",
            ),
            "numbers: fitted on the test images": (
                changed(COMPARE, "PCA().fit(train_images)", "PCA().fit(test_images)"),
                "fitted on the test images",
            ),
            "numbers: the notebook's training images": (
                changed(COMPARE, "PCA().fit(train_images)", "PCA().fit(x_train)"),
                "from the images that the function gets",
            ),
            "numbers: the test images' own mean": (
                changed(
                    COMPARE,
                    "x = test_images - pca.mean_",
                    "x = test_images - test_images.mean(axis=0)",
                ),
                "the test images' own mean",
            ),
            "numbers: not centred": (
                changed(COMPARE, "x = test_images - pca.mean_", "x = test_images"),
                "PCA needs|one too many",
            ),
            "numbers: by the eigenvalues": (
                changed(
                    COMPARE,
                    "np.mean((x - rebuilt) ** 2) <= error",
                    "pca.explained_variance_[k:].sum() / 64 <= error",
                ),
                "scored on the training images",
            ),
            "numbers: centred in place": (
                changed(
                    COMPARE,
                    "x = test_images - pca.mean_",
                    "test_images -= pca.mean_\n    x = test_images",
                ),
                "numbers_needed changed",
            ),
            "numbers: error per image": (
                changed(
                    COMPARE, "rebuilt) ** 2) <= error", "rebuilt) ** 2) * 64 <= error"
                ),
                "Is it the error per pixel",
            ),
            "numbers: a root": (
                changed(
                    COMPARE,
                    "np.mean((x - rebuilt) ** 2) <= error",
                    "np.sqrt(np.mean((x - rebuilt) ** 2)) <= error",
                ),
                "Is it the error per pixel",
            ),
            "numbers: only up to 30": (
                changed(COMPARE, "range(1, train_images.shape[1] + 1)", "range(1, 31)"),
                "stop too early",
            ),
            "numbers: begins with 2": (
                changed(
                    COMPARE,
                    "range(1, train_images.shape[1] + 1)",
                    "range(2, train_images.shape[1] + 1)",
                ),
                "one too many",
            ),
            "numbers: doubles the code": (
                changed(
                    COMPARE,
                    "in range(1, train_images.shape[1] + 1)",
                    "in (1, 2, 4, 8, 16, 32, 64)",
                ),
                "smallest code size",
            ),
        },
        "hidden": {
            "the code sizes of the check only": changed(
                COMPARE,
                "in range(1, train_images.shape[1] + 1)",
                "in (1, 7, 8, 13, 14, 44, 45)",
            ),
        },
    },
    "task-3": {
        "right": {
            "plain": SIGNS,
            "by norms, and the formula of the right inverse": """
def warning_signs(reconstruct, train_images, test_images, noise):
    def error(x, y):
        return np.linalg.norm(x - y) ** 2 / np.size(x)

    signs = []
    signs.append(
        error(test_images, reconstruct(test_images))
        / error(train_images, reconstruct(train_images))
    )
    signs.append(1 - error(noise, reconstruct(noise)) / noise.var(axis=0).mean())
    return np.array(signs)


def copying_decoder(encoder_kernel):
    gram = encoder_kernel @ encoder_kernel.T
    if np.linalg.matrix_rank(encoder_kernel) != len(encoder_kernel):
        raise ValueError
    return encoder_kernel.T @ np.linalg.inv(gram)
""",
            "squared_error, least squares tried out": """
def warning_signs(reconstruct, train_images, test_images, noise):
    train, test = (
        squared_error(x, reconstruct(x)) for x in (train_images, test_images)
    )
    lost = squared_error(noise, reconstruct(noise))
    whole = squared_error(noise, np.mean(noise, axis=0, keepdims=True))
    return test / train, (whole - lost) / whole


def copying_decoder(encoder_kernel):
    identity = np.eye(encoder_kernel.shape[0])
    decoder_kernel = np.linalg.lstsq(encoder_kernel, identity, rcond=None)[0]
    if not np.allclose(encoder_kernel @ decoder_kernel, identity, atol=1e-6):
        raise ValueError("no decoder can copy")
    return decoder_kernel
""",
        },
        "wrong": {
            "train over test": (
                changed(SIGNS, "test_error / train_error", "train_error / test_error"),
                "training and test errors are exchanged",
            ),
            "sums over images": (
                changed(SIGNS, "_error = np.mean(", "_error = np.sum("),
                "the errors are sums",
            ),
            "sums in the two errors only": (
                changed(
                    SIGNS, "train_error = np.mean(", "train_error = np.sum("
                ).replace("test_error = np.mean(", "test_error = np.sum("),
                "the errors are sums",
            ),
            "test error summed over pixels": (
                changed(
                    SIGNS, "test_error / train_error", "2 * test_error / train_error"
                ),
                "the test error is 1 per pixel",
            ),
            "roots": (
                changed(
                    SIGNS,
                    "test_error / train_error",
                    "np.sqrt(test_error / train_error)",
                ),
                "a quotient of roots",
            ),
            "difference": (
                changed(SIGNS, "test_error / train_error", "test_error - train_error"),
                "not a difference",
            ),
            "relative increase": (
                changed(
                    SIGNS, "test_error / train_error", "test_error / train_error - 1"
                ),
                "divided by the training error",
            ),
            "an error for each image": (
                changed(SIGNS, ")) ** 2)", ")) ** 2, axis=1)"),
                "a mean over images and pixels, got shapes",
            ),
            "absolute errors": (
                changed(SIGNS, ")) ** 2)", ")) ** 2 ** 0.5)")
                .replace("np.mean((", "np.mean(np.abs(")
                .replace("** 2 ** 0.5)", ")"),
                "squared errors are asked for",
            ),
            "share that is lost": (
                changed(SIGNS, "1 - noise_error", "noise_error"),
                "copying is 1 minus the first",
            ),
            "one mean for all pixels": (
                changed(SIGNS, "noise.mean(axis=0)", "noise.mean()"),
                "one mean for all",
            ),
            "the mean of each noise image": (
                changed(
                    SIGNS, "noise.mean(axis=0)", "noise.mean(axis=1, keepdims=True)"
                ),
                "copying is",
            ),
            "variance about 0": (
                changed(SIGNS, "(noise - noise.mean(axis=0))", "noise"),
                "not about 0",
            ),
            "variance of the training images": (
                changed(
                    SIGNS,
                    "(noise - noise.mean(axis=0))",
                    "(train_images - train_images.mean(axis=0))",
                ),
                "answering with the noise's own mean image",
            ),
            "the training images' mean": (
                changed(SIGNS, "noise.mean(axis=0)", "train_images.mean(axis=0)"),
                "copying is",
            ),
            "root of the copying": (
                changed(
                    SIGNS,
                    "1 - noise_error / variance",
                    "1 - np.sqrt(noise_error / variance)",
                ),
                "not their roots",
            ),
            "never negative": (
                changed(
                    SIGNS,
                    "1 - noise_error / variance",
                    "max(0, 1 - noise_error / variance)",
                ),
                "copying must be negative",
            ),
            "noise of its own": (
                changed(
                    SIGNS,
                    "    noise_error",
                    "    noise = np.random.default_rng(0).normal(size=noise.shape)\n"
                    "    noise_error",
                ),
                "copying is",
            ),
            "noise centred first": (
                changed(
                    SIGNS,
                    "    noise_error",
                    "    noise = noise - noise.mean(axis=0)\n    noise_error",
                ),
                "copying is",
            ),
            "noise centred in place": (
                changed(
                    SIGNS,
                    "    variance = np.mean((noise - noise.mean(axis=0)) ** 2)",
                    "    noise -= noise.mean(axis=0)\n    variance = np.mean(noise**2)",
                ),
                "changed the noise",
            ),
            "one result": (
                changed(SIGNS, "return test_error / train_error, 1", "return 1"),
                "return two numbers",
            ),
            "transpose": (
                changed(SIGNS, "np.linalg.pinv(encoder_kernel)", "encoder_kernel.T"),
                "the digits do not come back",
            ),
            "transpose of columns of length 1": (
                changed(
                    SIGNS,
                    "np.linalg.pinv(encoder_kernel)",
                    "(encoder_kernel / np.linalg.norm(encoder_kernel, axis=0)).T",
                ),
                "the digits do not come back",
            ),
            "pinv, transposed": (
                changed(SIGNS, "pinv(encoder_kernel)", "pinv(encoder_kernel).T"),
                r"must have shape \(80, 64\)",
            ),
            "inv": (
                changed(SIGNS, "np.linalg.pinv", "np.linalg.inv"),
                "Only a square matrix of full rank",
            ),
            "the inverse for the other side": (
                changed(
                    SIGNS,
                    "np.linalg.pinv(encoder_kernel)",
                    "np.linalg.inv(encoder_kernel.T @ encoder_kernel"
                    " + 1e-3 * np.eye(k)) @ encoder_kernel.T * 2",
                ),
                "the digits do not come back",
            ),
            "fitted to the digits": (
                changed(
                    SIGNS,
                    "np.linalg.pinv(encoder_kernel)",
                    "np.linalg.lstsq(x_train @ encoder_kernel, x_train, rcond=1e-6)[0]",
                ),
                "noise does not",
            ),
            "identity": (
                changed(SIGNS, "np.linalg.pinv(encoder_kernel)", "np.eye(k, d)"),
                "the digits do not come back",
            ),
            "never refuses": (
                changed(
                    SIGNS,
                    "if k < d or np.linalg.matrix_rank(encoder_kernel) < d",
                    "if False",
                ),
                "cannot hold 64 pixels",
            ),
            "None instead of an error": (
                changed(
                    SIGNS, 'raise ValueError("information is lost")', "return None"
                ),
                "no ValueError",
            ),
            "only the code size": (
                changed(SIGNS, " or np.linalg.matrix_rank(encoder_kernel) < d", ""),
                "the size of the code alone",
            ),
            "refuses a code as large as the input": (
                changed(SIGNS, "k < d or", "k <= d or"),
                r"raised ValueError for an encoder kernel of shape \(64, 64\)",
            ),
            "rank compared with the code": (
                changed(
                    SIGNS,
                    "k < d or np.linalg.matrix_rank(encoder_kernel) < d",
                    "np.linalg.matrix_rank(encoder_kernel) < k",
                ),
                r"raised ValueError for an encoder kernel of shape \(64, 80\)",
            ),
            "64 pixels built in": (
                changed(
                    SIGNS,
                    "k < d or np.linalg.matrix_rank(encoder_kernel) < d",
                    "np.linalg.matrix_rank(encoder_kernel) < 64",
                ),
                r"raised ValueError for an encoder kernel of shape \(10, 12\)",
            ),
            "threshold on the rank too low": (
                changed(
                    SIGNS,
                    "np.linalg.matrix_rank(encoder_kernel) < d",
                    "np.linalg.matrix_rank(encoder_kernel) < 0.95 * d",
                ),
                "does not see the first pixel",
            ),
            "refuses when digits don't come back": (
                changed(
                    SIGNS,
                    "np.linalg.matrix_rank(encoder_kernel) < d",
                    "d == 64 and not np.allclose(x_test @ encoder_kernel"
                    " @ np.linalg.pinv(encoder_kernel), x_test, atol=1e-3)",
                ),
                "does not see the first pixel",
            ),
            "kernel changed in place": (
                changed(
                    SIGNS,
                    "    return np.linalg.pinv(encoder_kernel)",
                    "    encoder_kernel /= 2\n"
                    "    return np.linalg.pinv(encoder_kernel) / 2",
                ),
                "changed the kernel",
            ),
        },
        "hidden": {
            "a determinant that is small for a small kernel": changed(
                SIGNS,
                "np.linalg.matrix_rank(encoder_kernel) < d",
                "abs(np.linalg.det(encoder_kernel @ encoder_kernel.T)) < 1e-9",
            ),
            "pixels built in": changed(
                SIGNS,
                "variance = np.mean((noise - noise.mean(axis=0)) ** 2)",
                "d = {2: 2, 64: 64}.get(noise.shape[1], 50)\n"
                "    variance = noise.var(axis=0).sum() / d",
            ),
        },
    },
    "task-5": {
        "right": {
            "functional": TRAIN,
            "cut from one model, ReLU, validation set of its own": """
def train_autoencoder(train_images, code_size):
    d = train_images.shape[1]
    model = keras.Sequential([
        keras.Input((d,)),
        layers.Dense(200, activation="relu"),
        layers.Dense(100, activation="relu"),
        layers.Dense(code_size, name="codes"),
        layers.Dense(100, activation="relu"),
        layers.Dense(200, activation="relu"),
        layers.Dense(d),
    ])
    model.compile(keras.optimizers.Adam(2e-3), loss="mse")
    model.fit(train_images, train_images, batch_size=64, epochs=40, verbose=0,
              validation_split=0.1)
    encoder = keras.Model(model.inputs[0], model.get_layer("codes").output)
    code_input = keras.Input((code_size,))
    x = code_input
    for layer in model.layers[3:]:
        x = layer(x)
    return encoder, keras.Model(code_input, x)
""",
            "two Sequential models without a fixed batch size": """
def train_autoencoder(train_images, code_size):
    d = train_images.shape[1]
    encoder = keras.Sequential([
        layers.Dense(200, activation="gelu"),
        layers.Dense(100, activation="gelu"),
        layers.Dense(code_size),
    ])
    decoder = keras.Sequential([
        layers.Dense(100, activation="gelu"),
        layers.Dense(200, activation="gelu"),
        layers.Dense(d),
    ])
    model = keras.Sequential([encoder, decoder])
    schedule = keras.optimizers.schedules.CosineDecay(8e-3, 600)
    model.compile(keras.optimizers.Adam(schedule), loss="mse")
    model.fit(train_images, train_images, batch_size=64, epochs=30, verbose=0)
    return encoder, decoder
""",
        },
        "wrong": {
            "linear": (
                changed(UNTRAINED, ', activation="gelu"', ""),
                "cannot beat PCA",
            ),
            "linear decoder": (
                changed(
                    UNTRAINED,
                    'layers.Dense(128, activation="gelu")(hidden)',
                    "layers.Dense(128)(hidden)",
                ).replace(
                    'layers.Dense(64, activation="gelu")(code', "layers.Dense(64)(code"
                ),
                "cannot beat PCA",
            ),
            "never trained": (UNTRAINED, "Have these two models been trained"),
            "only the last layer nonlinear": (
                changed(TRAIN, ', activation="gelu"', "")
                .replace("Dense(d)", 'Dense(d, activation="sigmoid")')
                .replace("epochs=30", "epochs=15"),
                "must be 1.3 times or more",
            ),
            "a decoder that was not trained": (
                changed(
                    UNTRAINED,
                    "return encoder, decoder",
                    "return encoder, keras.models.clone_model(decoder)",
                ),
                "Have these two models been trained",
            ),
            "trained on centred images": (
                changed(
                    TRAIN,
                    "    autoencoder.fit(train_images, train_images",
                    "    x = train_images - train_images.mean(axis=0)\n"
                    "    autoencoder.fit(x, x",
                ).replace("epochs=30", "epochs=5"),
                "as they come, not centred",
            ),
            "too few epochs": (
                changed(TRAIN, "epochs=30", "epochs=5"),
                "must be 1.3 times or more. More steps",
            ),
            "too small a network and learning rate": (
                changed(TRAIN, "128", "32")
                .replace("Dense(64", "Dense(16")
                .replace("8e-3", "1e-3"),
                "wider or more hidden layers",
            ),
            "only 50 images": (
                changed(
                    TRAIN, "    d = ", "    train_images = train_images[:50]\n    d = "
                ).replace("batch_size=64, epochs=30", "batch_size=10, epochs=60"),
                "is the training set used in full",
            ),
            "code as large as the input": (
                changed(UNTRAINED, "(code_size", "(d"),
                "the encoder must return 4 numbers per image",
            ),
            "twice the code": (
                changed(UNTRAINED, "    d = ", "    code_size *= 2\n    d = "),
                "the encoder must return 4 numbers per image",
            ),
            "the other order": (
                changed(
                    UNTRAINED, "return encoder, decoder", "return decoder, encoder"
                ),
                "in the right order",
            ),
            "the whole autoencoder": (
                changed(UNTRAINED, "return encoder, decoder", "return autoencoder"),
                "return two models",
            ),
            "encoder and autoencoder": (
                changed(
                    UNTRAINED, "return encoder, decoder", "return encoder, autoencoder"
                ),
                "the decoder must take codes of 4 numbers",
            ),
            "codes and reconstructions": (
                changed(
                    UNTRAINED,
                    "return encoder, decoder",
                    "codes = encoder(train_images)\n    return codes, decoder(codes)",
                ),
                "return two Keras models; one of the results is",
            ),
            "test images for validation": (
                changed(
                    QUICK, "verbose=0", "verbose=0, validation_data=(x_test, x_test)"
                ),
                "name 'x_test' is not defined: .* not the test images",
            ),
            "trained on the test images too": (
                changed(
                    QUICK,
                    "    d = ",
                    "    train_images = np.vstack([train_images, x_test])\n    d = ",
                ),
                "must use its arguments only",
            ),
            "the notebook's training images": (
                changed(
                    QUICK, "fit(train_images, train_images", "fit(x_train, x_train"
                ),
                "must use its arguments only",
            ),
            "a Sequential without an input": (
                changed(
                    UNTRAINED,
                    "return encoder, decoder",
                    "return keras.Sequential([layers.Dense(code_size)]), decoder",
                ),
                "begin it with keras.Input",
            ),
            "a decoder that died": (
                changed(
                    UNTRAINED,
                    "return encoder, decoder",
                    "decoder.set_weights([0 * w for w in decoder.get_weights()])\n"
                    "    return encoder, decoder",
                ),
                "the same image",
            ),
            "a misspelt name": (
                changed(UNTRAINED, "    d = train_images", "    d = trian_images"),
                "name 'trian_images' is not defined$",
            ),
            "scaled in place": (
                changed(UNTRAINED, "    d = ", "    train_images *= 2\n    d = "),
                "changed the images",
            ),
            "diverged": (
                changed(
                    UNTRAINED,
                    "return encoder, decoder",
                    "decoder.set_weights([w * np.nan for w in decoder.get_weights()])\n"
                    "    return encoder, decoder",
                ),
                "it diverged",
            ),
        },
        "hidden": {
            "the sizes of the check built in": (
                TRAIN.replace("Dense(d)", "Dense(64)")
                .replace("Dense(code_size", "Dense(4")
                .replace("Input((code_size", "Input((4")
            ),
        },
    },
}
