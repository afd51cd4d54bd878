"""Answers to exercise 1: right ones, and the mistakes that students make.

BANK maps each task to its right answers, {name: code}; to the wrong ones that
a visible check must reject, {name: (code, what the message must say)}; and to
those made for the visible checks only, which the hidden tests must reject.
"""

NAME = "01_linear_autoencoder_is_pca"

PCA = """
def fit_pca(x, code_size):
    mean = x.mean(axis=0)
    centred = x - mean
    covariance = centred.T @ centred / len(x)
    values, vectors = np.linalg.eigh(covariance)
    return mean, vectors[:, ::-1][:, :code_size]


def reconstruct(x, mean, axes):
    return (x - mean) @ axes @ axes.T + mean
"""

TRAIN = """
def train_linear_autoencoder(x, code_size):
    model = keras.Sequential([
        keras.Input((x.shape[1],)),
        layers.Dense(code_size, name="encoder"),
        layers.Dense(x.shape[1], name="decoder"),
    ])
    schedule = keras.optimizers.schedules.CosineDecay(0.02, 60 * -(-len(x) // 100))
    model.compile(keras.optimizers.Adam(schedule), loss="mse")
    model.fit(x, x, batch_size=100, epochs=60, verbose=0)
    return model
"""

# Enough for a check that does not look at the error.
SHORT = TRAIN.replace("epochs=60", "epochs=3")

RECOVER = """
def recover_axes(decoder_kernel, x):
    basis, _ = np.linalg.qr(decoder_kernel.T)
    codes = x @ basis
    values, rotation = np.linalg.eigh(codes.T @ codes)
    return basis @ rotation[:, ::-1]
"""


def changed(code, old, new):
    """Return an answer with one thing changed."""
    assert old in code, old
    return code.replace(old, new)


BANK = {
    "task-1": {
        "right": {
            "by the SVD of the images": """
def fit_pca(x, code_size):
    mean = np.mean(x, axis=0)
    _, _, rows = np.linalg.svd(x - mean, full_matrices=False)
    return mean, rows[:code_size].T


def reconstruct(x, mean, axes):
    return mean + np.einsum("nd,dk,ek->ne", x - mean, axes, axes)
""",
            "with numpy.cov and argsort": """
def fit_pca(x, code_size):
    values, vectors = np.linalg.eigh(np.cov(x, rowvar=False))
    order = np.argsort(values)[::-1][:code_size]
    return x.mean(axis=0), vectors[:, order]


def reconstruct(x, mean, axes):
    codes = np.dot(x - mean, axes)
    return np.dot(codes, axes.transpose()) + mean
""",
            "with scikit-learn": """
def fit_pca(x, code_size):
    pca = PCA(code_size).fit(x)
    return pca.mean_, pca.components_.T


def reconstruct(x, mean, axes):
    return (x - mean) @ axes @ axes.T + mean
""",
        },
        "wrong": {
            "centred in place": (
                changed(PCA, "centred = x - mean", "x -= mean\n    centred = x"),
                "changed the array that it was given",
            ),
            "code size built in": (
                changed(PCA, "[:, :code_size]", "[:, :5]"),
                "is a number built in",
            ),
            "an arbitrary basis of the subspace": (
                changed(
                    PCA,
                    "return mean, vectors[:, ::-1][:, :code_size]",
                    "axes = vectors[:, ::-1][:, :code_size]\n"
                    "    turn = np.eye(code_size)\n"
                    "    turn[:2, :2] = [[0.8, -0.6], [0.6, 0.8]]\n"
                    "    return mean, axes @ turn",
                ),
                "they are not the principal axes in it",
            ),
            "images centred in place": (
                changed(PCA, "return (x - mean)", "x -= mean\n    return x"),
                "reconstruct changed the array",
            ),
            "axes of the training images built in": (
                changed(
                    PCA,
                    "return (x - mean) @ axes @ axes.T + mean",
                    "pca = PCA(5).fit(x_train)\n"
                    "    return pca.inverse_transform(pca.transform(x))",
                ),
                "must use the axes that it is given",
            ),
            "not centred": (
                changed(PCA, "centred = x - mean", "centred = x"),
                "covariance that of centred",
            ),
            "smallest eigenvalues": (
                changed(PCA, "[:, ::-1][:, :code_size]", "[:, :code_size]"),
                "eigh sorts the eigenvalues upwards",
            ),
            "largest eigenvalues in ascending order": (
                changed(PCA, "[:, ::-1][:, :code_size]", "[:, -code_size:]"),
                "largest variance must come first",
            ),
            "rows of eigenvectors": (
                changed(
                    PCA,
                    "vectors[:, ::-1][:, :code_size]",
                    "vectors[::-1][:code_size].T",
                ),
                "largest|sorts",
            ),
            "one axis a row": (
                changed(PCA, "[:, :code_size]", "[:, :code_size].T"),
                "one axis per column",
            ),
            "mean of each image": (
                changed(
                    PCA,
                    "mean = x.mean(axis=0)\n    centred = x - mean",
                    "mean = x.mean(axis=1)\n    centred = x - mean[:, None]",
                ),
                r"shape \(64,\)",
            ),
            "one mean for all pixels": (
                changed(PCA, "x.mean(axis=0)", "np.full(x.shape[1], x.mean())"),
                "not the mean over the images",
            ),
            "mean not added again": (
                changed(PCA, "axes.T + mean", "axes.T"),
                "add what it subtracted",
            ),
            "mean not subtracted before coding": (
                changed(PCA, "(x - mean) @ axes @", "x @ axes @"),
                "add what it subtracted",
            ),
            "codes returned, not images": (
                changed(PCA, "(x - mean) @ axes @ axes.T + mean", "(x - mean) @ axes"),
                "reconstructions must have shape",
            ),
            "the test images' own mean": (
                changed(
                    PCA,
                    "return (x - mean)",
                    "mean = x.mean(axis=0)\n    return (x - mean)",
                ),
                "its own mean was used",
            ),
            "axes scaled by their eigenvalues": (
                changed(
                    PCA, "return mean, vectors[", "return mean, (vectors * values)["
                ),
                "length 1",
            ),
        },
        "hidden": {
            "64 pixels built in": changed(
                PCA, "mean = x.mean(axis=0)", "mean = x.mean(axis=0) + np.zeros(64)"
            ),
            "returns scikit-learn's answer for the training images": """
def fit_pca(x, code_size):
    pca = PCA(code_size).fit(x_train)
    return pca.mean_, pca.components_.T


def reconstruct(x, mean, axes):
    return (x - mean) @ axes @ axes.T + mean
""",
        },
    },
    "task-2": {
        "right": {
            "solve instead of inv": """
def mix_code(encoder_kernel, decoder_kernel, mixing):
    return encoder_kernel @ mixing, np.linalg.solve(mixing, decoder_kernel)
""",
            "by least squares": """
def mix_code(encoder_kernel, decoder_kernel, mixing):
    new_encoder = np.dot(encoder_kernel, mixing)
    product = encoder_kernel @ decoder_kernel
    return new_encoder, np.linalg.lstsq(new_encoder, product, rcond=None)[0]
""",
        },
        "wrong": {
            "inverse forgotten": (
                """
def mix_code(encoder_kernel, decoder_kernel, mixing):
    return encoder_kernel @ mixing, mixing @ decoder_kernel
""",
                "undo the mixing",
            ),
            "transpose instead of inverse": (
                """
def mix_code(encoder_kernel, decoder_kernel, mixing):
    return encoder_kernel @ mixing, mixing.T @ decoder_kernel
""",
                "undo the mixing",
            ),
            "element-wise inverse": (
                """
def mix_code(encoder_kernel, decoder_kernel, mixing):
    return encoder_kernel @ mixing, (1 / (mixing + 1e-9)) @ decoder_kernel
""",
                "undo the mixing",
            ),
            "decoder unchanged": (
                """
def mix_code(encoder_kernel, decoder_kernel, mixing):
    return encoder_kernel @ mixing, decoder_kernel
""",
                "undo the mixing",
            ),
            "inverse in the encoder": (
                """
def mix_code(encoder_kernel, decoder_kernel, mixing):
    return encoder_kernel @ np.linalg.inv(mixing), mixing @ decoder_kernel
""",
                "new codes must be codes @ mixing",
            ),
            "transposed mixing": (
                """
def mix_code(encoder_kernel, decoder_kernel, mixing):
    return encoder_kernel @ mixing.T, np.linalg.inv(mixing.T) @ decoder_kernel
""",
                "new codes must be codes @ mixing",
            ),
            "kernels transposed": (
                """
def mix_code(encoder_kernel, decoder_kernel, mixing):
    return (encoder_kernel @ mixing).T, (np.linalg.inv(mixing) @ decoder_kernel).T
""",
                r"must have shape \(64, 3\)",
            ),
        },
        "hidden": {
            "sizes built in": """
def mix_code(encoder_kernel, decoder_kernel, mixing):
    matrix = np.array([[2.0, 1.0, 0.0], [0.0, 1.0, -1.0], [0.0, 0.5, 3.0]])
    if mixing.shape != (3, 3):
        return encoder_kernel, decoder_kernel
    return encoder_kernel @ matrix, np.linalg.inv(matrix) @ decoder_kernel
""",
        },
    },
    "task-3": {
        "right": {
            "sequential, with biases": TRAIN,
            "functional, no bias, constant rate": """
def train_linear_autoencoder(x, code_size):
    inputs = keras.Input((x.shape[1],))
    codes = layers.Dense(code_size, activation=None, use_bias=False)(inputs)
    outputs = layers.Dense(x.shape[1], use_bias=False, name="decoder")(codes)
    model = keras.Model(inputs, outputs)
    model.compile(optimizer="adam", loss=keras.losses.MeanSquaredError())
    model.fit(x, x, batch_size=32, epochs=60, verbose=0)
    return model
""",
        },
        "wrong": {
            "ReLU in the code": (
                changed(SHORT, 'name="encoder"', 'activation="relu", name="encoder"'),
                "is not linear",
            ),
            "ReLU in the code, no biases": (
                changed(
                    SHORT,
                    'name="encoder"',
                    'name="encoder", activation="relu", use_bias=False',
                ),
                "is not linear",
            ),
            "a nonlinear layer before the code": (
                changed(
                    SHORT,
                    "layers.Dense(code_size",
                    'layers.Dense(64, activation="relu", use_bias=False),\n'
                    "        layers.Dense(code_size",
                ),
                "is not linear",
            ),
            "sigmoid output": (
                changed(
                    SHORT, 'name="decoder"', 'activation="sigmoid", name="decoder"'
                ),
                "is not linear",
            ),
            "twice the code size": (
                changed(SHORT, "Dense(code_size", "Dense(2 * code_size"),
                "fill 16 dimensions: is the code too large",
            ),
            "half the code size": (
                changed(SHORT, "Dense(code_size", "Dense(code_size // 2"),
                "is the code large enough",
            ),
            "far too few steps": (
                changed(TRAIN, "epochs=60", "epochs=5"),
                "has the training converged",
            ),
            "never trained": (
                changed(
                    TRAIN,
                    "    model.fit(x, x, batch_size=100, epochs=60, verbose=0)\n",
                    "",
                ),
                "has the training converged",
            ),
            "absolute error": (
                changed(TRAIN, 'loss="mse"', 'loss="mae"'),
                "is the loss the squared error",
            ),
            "trained on shuffled targets": (
                changed(TRAIN, "fit(x, x,", "fit(x, np.random.permutation(x),"),
                "against themselves",
            ),
            "history returned": (
                changed(SHORT, "    model.fit(x", "    return model.fit(x"),
                "return the trained Keras model, not History",
            ),
            "encoder returned": (
                changed(
                    SHORT,
                    "return model\n",
                    "return keras.Model(model.inputs, model.layers[0].output)\n",
                ),
                "must have the shape of the input",
            ),
            "layer not named": (
                changed(SHORT, ', name="decoder"', ""),
                'must be named "decoder"',
            ),
        },
        "hidden": {
            "code size built in": changed(TRAIN, "Dense(code_size", "Dense(8"),
        },
    },
    "task-4": {
        "right": {
            "by the SVD of the projected images": """
def recover_axes(decoder_kernel, x):
    basis = np.linalg.qr(decoder_kernel.T)[0]
    _, _, rows = np.linalg.svd(x @ basis, full_matrices=False)
    return basis @ rows.T
""",
            "by PCA of the projected images": """
def recover_axes(decoder_kernel, x):
    projection = np.linalg.pinv(decoder_kernel) @ decoder_kernel
    return PCA(len(decoder_kernel)).fit(x @ projection).components_.T
""",
        },
        "wrong": {
            "normalised rows of the kernel": (
                """
def recover_axes(decoder_kernel, x):
    return (decoder_kernel / np.linalg.norm(decoder_kernel, axis=1, keepdims=True)).T
""",
                "orthonormal basis",
            ),
            "only an orthonormal basis": (
                """
def recover_axes(decoder_kernel, x):
    return np.linalg.qr(decoder_kernel.T)[0]
""",
                "still correlated",
            ),
            "singular vectors of the kernel": (
                """
def recover_axes(decoder_kernel, x):
    return np.linalg.svd(decoder_kernel.T, full_matrices=False)[0]
""",
                "still correlated",
            ),
            "principal axes of all the images": (
                """
def recover_axes(decoder_kernel, x):
    return PCA(len(decoder_kernel)).fit(x).components_.T
""",
                "leave the subspace",
            ),
            "eigenvectors as rows": (
                changed(RECOVER, "rotation[:, ::-1]", "rotation[::-1].T"),
                "the eigenvectors are columns",
            ),
            "ascending order": (
                changed(RECOVER, "[:, ::-1]", ""),
                "largest variance must come first",
            ),
            "one axis a row": (
                changed(
                    RECOVER,
                    "return basis @ rotation[:, ::-1]",
                    "return (basis @ rotation[:, ::-1]).T",
                ),
                "one axis per column",
            ),
            "basis forgotten at the end": (
                changed(RECOVER, "return basis @ rotation", "return rotation"),
                r"must have shape \(64, 3\)",
            ),
            "kernel not made orthonormal": (
                changed(
                    RECOVER,
                    "basis, _ = np.linalg.qr(decoder_kernel.T)",
                    "basis = decoder_kernel.T",
                ),
                "orthonormal basis",
            ),
        },
        "hidden": {
            "the images of the check built in": changed(
                RECOVER, "x @ basis", "centred @ basis"
            ),
        },
    },
}
