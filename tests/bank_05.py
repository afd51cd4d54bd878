"""Answers to exercise 5: right ones, and the mistakes that students make.

BANK maps each task to its right answers, {name: code}; to the wrong ones that
a visible check must reject, {name: (code, what the message must say)}; and to
those made for the visible checks only, which the hidden tests must reject.
"""

NAME = "05_contractive_autoencoder"

JACOBIAN = """
def numerical_jacobian(encoder, image, step):
    columns = []
    for pixel in range(len(image)):
        above = image.copy()
        below = image.copy()
        above[pixel] += step
        below[pixel] -= step
        codes_above = ops.convert_to_numpy(encoder(above[np.newaxis]))[0]
        codes_below = ops.convert_to_numpy(encoder(below[np.newaxis]))[0]
        columns.append((codes_above - codes_below) / (2 * step))
    return np.stack(columns, axis=1)


def strongest_direction(jacobian):
    codes_side, values, images_side = np.linalg.svd(jacobian)
    return images_side[0], values[0]
"""

PENALTY = """
def sigmoid_penalty(codes, kernel):
    slopes = codes * (1 - codes)
    columns = ops.sum(kernel**2, axis=0)
    return ops.mean(ops.matmul(slopes**2, columns))


def tanh_penalty(codes, kernel):
    steep = 1 - codes**2
    lengths = ops.sum(kernel**2, axis=0)
    return ops.mean(ops.matmul(steep**2, lengths))
"""

DENOISING = """
def denoising_loss(x, encoder_kernel, decoder_kernel, bias, sigma):
    codes = x @ encoder_kernel
    clean = np.mean(np.sum((codes @ decoder_kernel + bias - x) ** 2, axis=1))
    jacobian = (encoder_kernel @ decoder_kernel).T
    return clean + sigma**2 * np.sum(jacobian**2)
"""

ROBUST = """
def train_robust_autoencoder(x):
    def contraction(codes, kernel):
        squared = ops.sum(kernel**2, axis=0)
        return ops.mean(ops.sum((codes * (1 - codes)) ** 2 * squared, axis=1))

    images = keras.Input((x.shape[1],))
    code_layer = CodeLayer(32, 0.42, contraction)
    codes = code_layer(images)
    model = keras.Model(images, TiedDecoder(code_layer.kernel)(codes))
    epochs = 40
    steps = epochs * -(-len(x) // 64)
    rate = keras.optimizers.schedules.CosineDecay(0.04, steps)
    model.compile(
        keras.optimizers.Adam(rate),
        loss=squared_error_per_image,
    )
    model.fit(x, x, batch_size=64, epochs=epochs, verbose=0)
    return model
"""


def changed(code, old, new):
    """Return an answer with one thing changed."""
    assert old in code, old
    return code.replace(old, new)


# Mistakes that show early need not be trained to the end.
SHORT = changed(ROBUST, "epochs = 40", "epochs = 12")
ONCE = changed(ROBUST, "epochs = 40", "epochs = 1")

BANK = {
    "task-1": {
        "right": {
            "pixel by pixel": JACOBIAN,
            "all pixels in one batch, by eigenvectors": """
def numerical_jacobian(encoder, image, step):
    d = image.shape[0]
    changes = np.diag(np.full(d, step)).astype(image.dtype)
    batch = np.concatenate([image + changes, image - changes])
    codes = np.asarray(ops.convert_to_numpy(encoder(batch)))
    return np.transpose(codes[:d] - codes[d:]) / step / 2


def strongest_direction(jacobian):
    values, vectors = np.linalg.eigh(jacobian.T @ jacobian)
    return vectors[:, -1], float(np.sqrt(values[-1]))
""",
            "slices, and by repeated multiplication": """
def numerical_jacobian(encoder, image, step):
    jacobian = None
    for i in range(image.size):
        e = np.zeros_like(image)
        e[i] = step
        pair = ops.convert_to_numpy(encoder(np.stack([image + e, image - e])))
        if jacobian is None:
            jacobian = np.zeros((pair.shape[1], image.size))
        jacobian[:, i] = (pair[0] - pair[1]) / (2 * step)
    return jacobian


def strongest_direction(jacobian):
    direction = np.random.default_rng(0).normal(size=jacobian.shape[1])
    for _ in range(2000):
        direction = jacobian.T @ (jacobian @ direction)
        direction /= np.linalg.norm(direction)
    return -direction, np.linalg.norm(jacobian @ direction)
""",
        },
        "wrong": {
            "image changed in place": (
                changed(JACOBIAN, "above = image.copy()", "above = image"),
                "changed the image that it was given",
            ),
            "one-sided difference": (
                changed(
                    changed(JACOBIAN, "below[pixel] -= step", "pass"),
                    "(2 * step)",
                    "step",
                ),
                "one below the given one",
            ),
            "divided by step, not by twice the step": (
                changed(JACOBIAN, "(2 * step)", "step"),
                "how far apart are the two images",
            ),
            "not divided at all": (
                changed(JACOBIAN, " / (2 * step)", ""),
                "the change divided by the step",
            ),
            "multiplied for divided": (
                changed(JACOBIAN, " / (2 * step)", " / 2 * step"),
                "the change divided by the step",
            ),
            "divided by 2 * step as Python reads it": (
                changed(JACOBIAN, "/ (2 * step)", "/ 2 * step"),
                "the change divided by the step",
            ),
            "the other way round": (
                changed(
                    JACOBIAN, "codes_above - codes_below", "codes_below - codes_above"
                ),
                "wrong sign",
            ),
            "one row per pixel": (
                changed(JACOBIAN, "axis=1", "axis=0"),
                "one row per code number",
            ),
            "all pixels at once": (
                """
def numerical_jacobian(encoder, image, step):
    above = ops.convert_to_numpy(encoder(image[np.newaxis] + step))
    below = ops.convert_to_numpy(encoder(image[np.newaxis] - step))
    return (above - below)[0] / (2 * step)
""",
                r"must have shape \(3, 5\)",
            ),
            "all pixels at once, repeated into a matrix": (
                changed(
                    changed(JACOBIAN, "above[pixel]", "above[:]"),
                    "below[pixel]",
                    "below[:]",
                ),
                "one pixel changed at a time",
            ),
            "no batch axis": (
                changed(
                    changed(JACOBIAN, "above[np.newaxis]))[0]", "above))"),
                    "below[np.newaxis]))[0]",
                    "below))",
                ),
                r"takes images of shape \(n, 5\)",
            ),
            "step built in": (
                changed(
                    JACOBIAN,
                    "    columns = []\n",
                    "    step = 1e-2\n    columns = []\n",
                ),
                "use the step that it is given",
            ),
            "a tensor returned": (
                changed(
                    JACOBIAN,
                    "return np.stack(columns, axis=1)",
                    "return ops.stack(columns, axis=1)",
                ),
                "return a NumPy array",
            ),
            "squared entries": (
                changed(
                    JACOBIAN,
                    "return np.stack(columns, axis=1)",
                    "return np.stack(columns, axis=1) ** 2",
                ),
                "must be weights.T",
            ),
            "direction of codes": (
                changed(JACOBIAN, "images_side[0]", "codes_side[:, 0]"),
                "space of codes",
            ),
            "direction of codes, a row": (
                changed(JACOBIAN, "images_side[0]", "codes_side[0]"),
                "space of codes",
            ),
            "columns of the directions": (
                changed(JACOBIAN, "images_side[0]", "images_side[:, 0]"),
                "returns the directions as rows",
            ),
            "weakest direction": (
                changed(
                    JACOBIAN, "images_side[0], values[0]", "images_side[-1], values[-1]"
                ),
                "one in the strongest direction",
            ),
            "first of eigh": (
                changed(
                    JACOBIAN,
                    "    codes_side, values, images_side = np.linalg.svd(jacobian)\n"
                    "    return images_side[0], values[0]",
                    "    values, vectors = np.linalg.eigh(jacobian.T @ jacobian)\n"
                    "    return vectors[:, 0], np.sqrt(abs(values[0]))",
                ),
                "with the largest last",
            ),
            "rows of eigh": (
                changed(
                    JACOBIAN,
                    "    codes_side, values, images_side = np.linalg.svd(jacobian)\n"
                    "    return images_side[0], values[0]",
                    "    values, vectors = np.linalg.eigh(jacobian.T @ jacobian)\n"
                    "    return vectors[-1], np.sqrt(abs(values[-1]))",
                ),
                "eigh as columns",
            ),
            "eigenvalue without the root": (
                changed(
                    JACOBIAN,
                    "images_side[0], values[0]",
                    "images_side[0], values[0] ** 2",
                ),
                "is that a square",
            ),
            "size of the whole matrix": (
                changed(
                    JACOBIAN,
                    "images_side[0], values[0]",
                    "images_side[0], np.linalg.norm(jacobian)",
                ),
                "size of the whole matrix",
            ),
            "the strongest single pixel": (
                changed(
                    JACOBIAN,
                    "    codes_side, values, images_side = np.linalg.svd(jacobian)\n"
                    "    return images_side[0], values[0]",
                    "    lengths = np.linalg.norm(jacobian, axis=0)\n"
                    "    best = np.argmax(lengths)\n"
                    "    return np.eye(jacobian.shape[1])[best], lengths[best]",
                ),
                "Several pixels may change at once",
            ),
            "sum of the gradients": (
                changed(
                    JACOBIAN,
                    "    codes_side, values, images_side = np.linalg.svd(jacobian)\n"
                    "    return images_side[0], values[0]",
                    "    total = jacobian.sum(axis=0)\n"
                    "    total = total / np.linalg.norm(total)\n"
                    "    return total, np.linalg.norm(jacobian @ total)",
                ),
                "one in the strongest direction",
            ),
            "not of length 1": (
                changed(JACOBIAN, "images_side[0], ", "values[0] * images_side[0], "),
                "must have length 1",
            ),
            "all singular values": (
                changed(
                    JACOBIAN, "images_side[0], values[0]", "images_side[0], values"
                ),
                "the change is one number",
            ),
            "all directions": (
                changed(JACOBIAN, "images_side[0], ", "images_side, "),
                r"must have shape \(4,\)",
            ),
            "the change forgotten": (
                changed(JACOBIAN, "images_side[0], values[0]", "images_side[0]"),
                "return two things",
            ),
            "the whole decomposition": (
                changed(
                    JACOBIAN,
                    "return images_side[0], values[0]",
                    "return codes_side, values, images_side",
                ),
                "return two things, not 3",
            ),
            "scaled in place": (
                changed(
                    JACOBIAN,
                    "    codes_side, values",
                    "    jacobian /= np.linalg.norm(jacobian)\n    codes_side, values",
                ),
                "changed the array that it was given",
            ),
        },
        "hidden": {
            "transposed until it is wide": changed(
                JACOBIAN,
                "return np.stack(columns, axis=1)",
                "jacobian = np.stack(columns)\n"
                "    tall = len(jacobian) > len(jacobian[0])\n"
                "    return jacobian.T if tall else jacobian",
            ),
            "four pixels built in": changed(
                JACOBIAN, "np.linalg.svd(jacobian)", "np.linalg.svd(jacobian[:, :4])"
            ),
        },
    },
    "task-2": {
        "right": {
            "by matrix products": PENALTY,
            "by the Jacobians themselves": """
def sigmoid_penalty(codes, kernel):
    slopes = codes - codes**2
    jacobians = ops.expand_dims(slopes, 2) * ops.expand_dims(ops.transpose(kernel), 0)
    return ops.mean(ops.sum(jacobians * jacobians, axis=(1, 2)))


def tanh_penalty(codes, kernel):
    slopes = (1 - codes) * (1 + codes)
    jacobians = ops.einsum("nk,ik->nki", slopes, kernel)
    return ops.mean(ops.sum(ops.square(jacobians), axis=[1, 2]))
""",
            "with axes added by None": """
def sigmoid_penalty(codes, kernel):
    jacobians = (codes * (1 - codes))[:, :, None] * ops.transpose(kernel)[None]
    return ops.mean(ops.sum(jacobians**2, axis=(-1, -2)))


def tanh_penalty(codes, kernel):
    jacobians = (codes**2 - 1)[:, None, :] * kernel[None]
    return ops.mean(ops.sum(jacobians**2, axis=(-1, -2)))
""",
            "means before products": """
def sigmoid_penalty(codes, kernel):
    mean_squares = ops.mean(ops.square(codes * (1.0 - codes)), axis=0)
    return ops.sum(mean_squares * ops.square(kernel))


def tanh_penalty(codes, kernel):
    mean_squares = ops.mean(ops.power(1.0 - codes * codes, 2), axis=0)
    return ops.sum(ops.matmul(ops.square(kernel), mean_squares))
""",
            "by lengths of columns": """
def sigmoid_penalty(codes, kernel):
    lengths = ops.sqrt(ops.sum(ops.square(kernel), axis=0, keepdims=True))
    rows = codes * (1 - codes) * lengths
    return ops.mean(ops.sum(ops.square(rows), axis=1))


def tanh_penalty(codes, kernel):
    lengths = ops.norm(kernel, axis=0)
    return ops.mean(ops.norm((1 - ops.square(codes)) * lengths, axis=1) ** 2)
""",
        },
        "wrong": {
            "slope not squared": (
                changed(PENALTY, "slopes**2, columns", "slopes, columns"),
                "is the slope squared",
            ),
            "divided by codes.shape[0]": (
                changed(
                    PENALTY,
                    "ops.mean(ops.matmul(slopes**2, columns))",
                    "ops.sum(ops.matmul(slopes**2, columns)) / codes.shape[0]",
                ),
                "the number of images is not known",
            ),
            "weights not squared": (
                changed(
                    PENALTY,
                    "columns = ops.sum(kernel**2, axis=0)",
                    "columns = ops.sum(ops.abs(kernel), axis=0)",
                ),
                "is it squared",
            ),
            "weights added up before they are squared": (
                changed(
                    PENALTY,
                    "columns = ops.sum(kernel**2, axis=0)",
                    "columns = ops.sum(kernel, axis=0) ** 2",
                ),
                "squared weights summed over the pixels",
            ),
            "norm, not squared norm": (
                changed(
                    PENALTY,
                    "ops.mean(ops.matmul(slopes**2, columns))",
                    "ops.mean(ops.sqrt(ops.matmul(slopes**2, columns)))",
                ),
                "without a root at the end",
            ),
            "sum over the images": (
                changed(
                    PENALTY, "ops.mean(ops.matmul(slopes", "ops.sum(ops.matmul(slopes"
                ),
                "mean over the images, not a sum",
            ),
            "mean over everything": (
                changed(
                    PENALTY,
                    "ops.mean(ops.matmul(slopes**2, columns))",
                    "ops.mean(slopes**2 * columns)",
                ),
                "summed over the units",
            ),
            "mean over the pixels": (
                changed(PENALTY, "columns = ops.sum(", "columns = ops.mean("),
                "summed over the pixels",
            ),
            "sums over the rows of the kernel": (
                changed(
                    PENALTY,
                    "columns = ops.sum(kernel**2, axis=0)",
                    "columns = ops.sum(kernel**2, axis=1)",
                ),
                "one column of the kernel",
            ),
            "slopes and weights summed apart": (
                changed(
                    PENALTY,
                    "ops.mean(ops.matmul(slopes**2, columns))",
                    "ops.mean(ops.sum(slopes**2, axis=1)) * ops.sum(columns)",
                ),
                "belongs to its own unit",
            ),
            "weight decay only": (
                changed(
                    PENALTY,
                    "ops.mean(ops.matmul(slopes**2, columns))",
                    "ops.sum(columns)",
                ),
                "all slopes are 0",
            ),
            "derivative of the sigmoid of the code": (
                changed(
                    PENALTY,
                    "slopes = codes * (1 - codes)",
                    "again = ops.sigmoid(codes)\n    slopes = again * (1 - again)",
                ),
                "through the sigmoid already",
            ),
            "codes for slopes": (
                changed(PENALTY, "slopes = codes * (1 - codes)", "slopes = codes"),
                "all slopes are 0",
            ),
            "slope of the mean code": (
                changed(
                    PENALTY,
                    "slopes = codes * (1 - codes)",
                    "mean = ops.mean(codes, axis=0, keepdims=True)\n"
                    "    slopes = mean * (1 - mean)",
                ),
                "all slopes are 0",
            ),
            "mean of the slopes before the square": (
                changed(
                    PENALTY,
                    "slopes = codes * (1 - codes)",
                    "slopes = ops.mean(codes * (1 - codes), axis=0, keepdims=True)",
                ),
                "before any sum or mean",
            ),
            "one penalty per image": (
                changed(
                    PENALTY,
                    "ops.mean(ops.matmul(slopes**2, columns))",
                    "ops.matmul(slopes**2, columns)",
                ),
                "return one number",
            ),
            "codes changed in place": (
                changed(
                    PENALTY,
                    "    slopes = codes * (1 - codes)",
                    "    codes *= 1 - codes\n    slopes = codes",
                ),
                "changed codes",
            ),
            "kernel changed in place": (
                changed(
                    PENALTY,
                    "    columns = ops.sum(kernel**2, axis=0)",
                    "    kernel *= kernel\n    columns = ops.sum(kernel, axis=0)",
                ),
                "changed kernel",
            ),
            "NumPy functions": (
                changed(
                    PENALTY,
                    "ops.mean(ops.matmul(slopes**2, columns))",
                    "np.mean(ops.convert_to_numpy(ops.matmul(slopes**2, columns)))",
                ),
                "use keras.ops",
            ),
            "a Python number": (
                changed(
                    PENALTY,
                    "return ops.mean(ops.matmul(slopes**2, columns))",
                    "return float(ops.mean(ops.matmul(slopes**2, columns)))",
                ),
                "use keras.ops",
            ),
            "tanh: the sigmoid's slope": (
                changed(PENALTY, "steep = 1 - codes**2", "steep = codes * (1 - codes)"),
                "slopes those of tanh",
            ),
            "tanh: the sigmoid's slope with its sign mended": (
                changed(
                    PENALTY, "steep = 1 - codes**2", "steep = codes * (1 - codes**2)"
                ),
                "steepest where its code is 0",
            ),
            "tanh: tanh of the code": (
                changed(
                    PENALTY, "steep = 1 - codes**2", "steep = 1 - ops.tanh(codes) ** 2"
                ),
                "through the tanh already",
            ),
            "tanh: a quarter": (
                changed(PENALTY, "steep = 1 - codes**2", "steep = (1 - codes**2) / 4"),
                "its slope there is 1",
            ),
            "tanh: 1 - h": (
                changed(PENALTY, "steep = 1 - codes**2", "steep = 1 - codes"),
                "saturated at -1 and at 1",
            ),
            "tanh: 1 - |h|": (
                changed(PENALTY, "steep = 1 - codes**2", "steep = 1 - ops.abs(codes)"),
                "derivative of tanh, is it squared",
            ),
            "tanh: slope not squared": (
                changed(PENALTY, "steep**2, lengths", "steep, lengths"),
                "is it squared",
            ),
            "tanh: square root of 1 - h²": (
                changed(
                    PENALTY, "steep = 1 - codes**2", "steep = ops.sqrt(1 - codes**2)"
                ),
                "derivative of tanh",
            ),
            "tanh: sum over the images": (
                changed(
                    PENALTY, "ops.mean(ops.matmul(steep", "ops.sum(ops.matmul(steep"
                ),
                "mean over the images, not a sum",
            ),
            "tanh: mean over everything": (
                changed(
                    PENALTY,
                    "ops.mean(ops.matmul(steep**2, lengths))",
                    "ops.mean(steep**2 * lengths)",
                ),
                "mean over the images only",
            ),
            "tanh: norm, not squared norm": (
                changed(
                    PENALTY,
                    "ops.mean(ops.matmul(steep**2, lengths))",
                    "ops.mean(ops.sqrt(ops.matmul(steep**2, lengths)))",
                ),
                "is it squared",
            ),
            "tanh: rows of the kernel": (
                changed(
                    PENALTY,
                    "lengths = ops.sum(kernel**2, axis=0)",
                    "lengths = ops.sum(kernel**2, axis=1)",
                ),
                "one column of the kernel",
            ),
            "tanh: NumPy functions": (
                changed(
                    PENALTY,
                    "ops.mean(ops.matmul(steep**2, lengths))",
                    "np.mean(ops.convert_to_numpy(ops.matmul(steep**2, lengths)))",
                ),
                "use keras.ops",
            ),
        },
        "hidden": {
            "two pixels built in": changed(PENALTY, "kernel**2", "kernel[:2] ** 2"),
            "two images built in, for sigmoid": changed(
                PENALTY,
                "    slopes = codes * (1 - codes)",
                "    codes = codes[:2]\n    slopes = codes * (1 - codes)",
            ),
        },
    },
    "task-3": {
        "right": {
            "by the Jacobian": DENOISING,
            "by traces": """
def denoising_loss(x, encoder_kernel, decoder_kernel, bias, sigma):
    a = encoder_kernel @ decoder_kernel
    residual = x @ a + bias - x
    return (residual**2).sum(axis=1).mean() + sigma**2 * np.trace(a @ a.T)
""",
            "by the norm, as a Python number": """
def denoising_loss(x, encoder_kernel, decoder_kernel, bias, sigma):
    product = np.dot(encoder_kernel, decoder_kernel)
    errors = np.linalg.norm(np.dot(x, product) + bias - x, axis=1) ** 2
    return float(errors.mean() + (sigma * np.linalg.norm(product)) ** 2)
""",
            "one pixel at a time": """
def denoising_loss(x, encoder_kernel, decoder_kernel, bias, sigma):
    def loss(inputs):
        outputs = inputs @ encoder_kernel @ decoder_kernel + bias
        return np.mean(np.sum((outputs - x) ** 2, axis=1))

    total = loss(x)
    for pixel in np.eye(x.shape[1]):
        change = sigma * pixel
        total = total + (loss(x + change) + loss(x - change)) / 2 - loss(x)
    return total
""",
        },
        "wrong": {
            "sigma, not squared": (
                changed(DENOISING, "sigma**2", "sigma"),
                "it is the variance",
            ),
            "one draw of the noise": (
                """
def denoising_loss(x, encoder_kernel, decoder_kernel, bias, sigma):
    noisy = x + sigma * np.random.normal(size=x.shape)
    outputs = noisy @ encoder_kernel @ decoder_kernel + bias
    return np.mean(np.sum((outputs - x) ** 2, axis=1))
""",
                "draw no random numbers",
            ),
            "one draw with a seed": (
                """
def denoising_loss(x, encoder_kernel, decoder_kernel, bias, sigma):
    noisy = x + sigma * np.random.default_rng(0).normal(size=x.shape)
    outputs = noisy @ encoder_kernel @ decoder_kernel + bias
    return np.mean(np.sum((outputs - x) ** 2, axis=1))
""",
                "not over some draws|passes all noise on",
            ),
            "many draws with a seed, both signs": (
                """
def denoising_loss(x, encoder_kernel, decoder_kernel, bias, sigma):
    losses = []
    rng = np.random.default_rng(0)
    for _ in range(100):
        noise = sigma * rng.normal(size=x.shape)
        for noisy in (x + noise, x - noise):
            outputs = noisy @ encoder_kernel @ decoder_kernel + bias
            losses.append(np.mean(np.sum((outputs - x) ** 2, axis=1)))
    return np.mean(losses)
""",
                "passes all noise on",
            ),
            "the encoder's Jacobian": (
                changed(DENOISING, "np.sum(jacobian**2)", "np.sum(encoder_kernel**2)"),
                "Jacobian of the whole reconstruction",
            ),
            "the decoder's Jacobian": (
                changed(DENOISING, "np.sum(jacobian**2)", "np.sum(decoder_kernel**2)"),
                "Jacobian of the whole reconstruction",
            ),
            "product of the two norms": (
                changed(
                    DENOISING,
                    "np.sum(jacobian**2)",
                    "np.sum(encoder_kernel**2) * np.sum(decoder_kernel**2)",
                ),
                "each adds the noise's variance",
            ),
            "norm, not squared norm": (
                changed(DENOISING, "np.sum(jacobian**2)", "np.linalg.norm(jacobian)"),
                "sum of the squared entries",
            ),
            "largest singular value": (
                changed(
                    DENOISING, "np.sum(jacobian**2)", "np.linalg.norm(jacobian, 2) ** 2"
                ),
                "sum of the squared entries",
            ),
            "mean of the Jacobian's squares": (
                changed(DENOISING, "np.sum(jacobian**2)", "np.mean(jacobian**2)"),
                "sum of the squared entries",
            ),
            "trace": (
                changed(DENOISING, "np.sum(jacobian**2)", "np.trace(jacobian)"),
                "reaches every pixel|must make the loss larger",
            ),
            "only the diagonal": (
                changed(
                    DENOISING, "np.sum(jacobian**2)", "np.sum(np.diag(jacobian) ** 2)"
                ),
                "reaches every pixel",
            ),
            "absolute values": (
                changed(DENOISING, "np.sum(jacobian**2)", "np.sum(np.abs(jacobian))"),
                "squared errors add up",
            ),
            "sum before the square": (
                changed(
                    DENOISING,
                    "np.sum(jacobian**2)",
                    "np.sum(np.sum(jacobian, axis=1) ** 2)",
                ),
                "squared errors add up",
            ),
            "noise of the input passed on unchanged": (
                changed(DENOISING, "np.sum(jacobian**2)", "x.shape[1]"),
                "reaches every pixel",
            ),
            "compared with the noisy image": (
                changed(
                    DENOISING,
                    "np.sum(jacobian**2)",
                    "np.sum((jacobian - np.eye(len(jacobian))) ** 2)",
                ),
                "compared with the clean image",
            ),
            "half": (
                changed(DENOISING, "sigma**2", "sigma**2 / 2"),
                "each adds the noise's variance",
            ),
            "mean over the pixels": (
                """
def denoising_loss(x, encoder_kernel, decoder_kernel, bias, sigma):
    product = encoder_kernel @ decoder_kernel
    clean = np.mean((x @ product + bias - x) ** 2)
    return clean + sigma**2 * np.sum(product**2) / x.shape[1]
""",
                "sum over the pixels",
            ),
            "mean over the pixels in the first term only": (
                changed(
                    DENOISING,
                    "np.mean(np.sum((codes @ decoder_kernel + bias - x) ** 2, axis=1))",
                    "np.mean((codes @ decoder_kernel + bias - x) ** 2)",
                ),
                "sum over the pixels",
            ),
            "sum over the images": (
                changed(DENOISING, "np.mean(np.sum(", "np.sum(np.sum("),
                "mean over the images",
            ),
            "bias forgotten": (
                changed(DENOISING, " + bias", ""),
                "the bias is part of the reconstruction",
            ),
            "one loss per image": (
                changed(
                    DENOISING,
                    "np.mean(np.sum((codes @ decoder_kernel + bias - x) ** 2, axis=1))",
                    "np.sum((codes @ decoder_kernel + bias - x) ** 2, axis=1)",
                ),
                "return one number",
            ),
            "growth only": (
                changed(DENOISING, "return clean + ", "return "),
                "with sigma = 0",
            ),
            "noise's part per image": (
                changed(
                    DENOISING, "np.sum(jacobian**2)", "np.sum(jacobian**2) / len(x)"
                ),
                "sum of the squared entries",
            ),
            "x changed in place": (
                changed(DENOISING, "    codes = x", "    x -= bias\n    codes = x"),
                "changed x",
            ),
            "kernel changed in place": (
                changed(
                    DENOISING,
                    "    jacobian = ",
                    "    decoder_kernel *= sigma\n    jacobian = ",
                ),
                "changed decoder_kernel",
            ),
        },
        "hidden": {
            "eight code numbers built in": changed(
                DENOISING,
                "(encoder_kernel @ decoder_kernel)",
                "(encoder_kernel[:, :8] @ decoder_kernel[:8])",
            ),
        },
    },
    "task-5": {
        "right": {
            "32 units": ROBUST,
            "task 2's penalty and a little noise": """
def train_robust_autoencoder(x):
    inputs = keras.Input(x.shape[1:])
    noisy = layers.GaussianNoise(0.05)(inputs)
    code_layer = CodeLayer(units=40, weight=0.42, penalty=sigmoid_penalty)
    codes = code_layer(noisy)
    autoencoder = keras.Model(inputs, TiedDecoder(code_layer.kernel)(codes))
    rate = keras.optimizers.schedules.PolynomialDecay(0.04, len(x) * 40 // 64, 1e-4)
    optimizer = keras.optimizers.Adam(rate)
    autoencoder.compile(optimizer, squared_error_per_image)
    autoencoder.fit(x, x, batch_size=64, epochs=40, verbose=0)
    return autoencoder
""",
            "a code layer of one's own": """
class MyCode(layers.Dense):
    def call(self, images):
        codes = super().call(images)
        slopes = codes * (1 - codes)
        lengths = ops.sum(ops.square(self.kernel), axis=0)
        self.add_loss(0.5 * ops.mean(ops.matmul(ops.square(slopes), lengths)))
        return codes


def train_robust_autoencoder(x):
    inputs = keras.Input((x.shape[1],))
    layer = MyCode(48, activation="sigmoid", name="code")
    codes = layer(inputs)
    model = keras.Model(inputs, TiedDecoder(layer.kernel)(codes))
    for rate, epochs in ((0.03, 30), (0.005, 12)):
        model.compile(
            keras.optimizers.Adam(rate),
            loss=squared_error_per_image,
        )
        model.fit(x, x, batch_size=64, epochs=epochs, verbose=0)
    return model
""",
        },
        "wrong": {
            "no penalty": (
                changed(SHORT, "CodeLayer(32, 0.42, contraction)", "CodeLayer(32)"),
                "is there a penalty on the code's Jacobian",
            ),
            "penalty too weak": (
                changed(SHORT, "CodeLayer(32, 0.42", "CodeLayer(64, 0.02"),
                "is it strong enough",
            ),
            "penalty averaged over the units and pixels": (
                changed(SHORT, "return ops.mean(", "return 1 / 32 / 64 * ops.mean("),
                "is it strong enough",
            ),
            "a small code and no penalty": (
                changed(ROBUST, "CodeLayer(32, 0.42, contraction)", "CodeLayer(14)"),
                "per image on test images|is there a penalty",
            ),
            "penalty too strong": (
                changed(SHORT, "0.42", "3.0"),
                "penalty (far )?too strong",
            ),
            "penalty summed over the images": (
                changed(SHORT, "return ops.mean(", "return ops.sum("),
                "penalty far too strong",
            ),
            "loss averaged over the pixels": (
                changed(SHORT, "loss=squared_error_per_image", 'loss="mse"'),
                "loss averaged over the pixels",
            ),
            "too short": (
                changed(SHORT, "epochs = 12", "epochs = 4"),
                "too short",
            ),
            "never trained": (
                changed(
                    ROBUST,
                    "    model.fit(x, x, batch_size=64, epochs=epochs, verbose=0)\n",
                    "",
                ),
                "is it trained",
            ),
            "the global training images": (
                changed(SHORT, "model.fit(x, x,", "model.fit(x_train, x_train,"),
                "on the images that the function is given",
            ),
            "shuffled targets": (
                changed(SHORT, "fit(x, x,", "fit(x, np.random.permutation(x),"),
                "is it trained",
            ),
            "decoder with weights of its own": (
                changed(
                    ONCE,
                    "TiedDecoder(code_layer.kernel)(codes)",
                    'layers.Dense(x.shape[1], name="reconstructions")(codes)',
                ),
                "is the decoder TiedDecoder",
            ),
            "code made smaller": (
                changed(
                    ONCE,
                    "TiedDecoder(code_layer.kernel)(codes)",
                    "TiedDecoder(code_layer.kernel)(layers.Rescaling(0.1)(codes))",
                ),
                "nothing in between",
            ),
            "a layer before the code": (
                changed(
                    ONCE,
                    "codes = code_layer(images)",
                    'codes = code_layer(layers.Dense(x.shape[1], "relu")(images))',
                ),
                "nothing in between",
            ),
            "ReLU code": (
                changed(
                    ONCE,
                    "    codes = code_layer",
                    "    code_layer.activation = ops.relu\n    codes = code_layer",
                ),
                "not that of one sigmoid layer",
            ),
            "encoder returned": (
                changed(ONCE, "return model\n", "return keras.Model(images, codes)\n"),
                'layers named "code" and "reconstructions"',
            ),
            "history returned": (
                changed(ONCE, "    model.fit(x", "    return model.fit(x"),
                "return the trained Keras model, not History",
            ),
            "both models returned": (
                changed(
                    ONCE,
                    "return model\n",
                    "return model, keras.Model(images, codes)\n",
                ),
                "return the trained Keras model, not tuple",
            ),
            "x changed in place": (
                changed(
                    ONCE,
                    "    model.fit(x",
                    "    x += np.random.normal(0, 0.1, x.shape).astype('float32')\n"
                    "    model.fit(x",
                ),
                "changed x",
            ),
        },
        "hidden": {
            "64 pixels built in": changed(ROBUST, "x.shape[1]", "64"),
        },
    },
}
