"""Answers to exercise 7: right ones, and the mistakes that students make.

BANK maps each task to its right answers, {name: code}; to the wrong ones that
a visible check must reject, {name: (code, what the message must say)}; and to
those made for the visible checks only, which the hidden tests must reject.
"""

NAME = "07_variational_autoencoder"

TERMS = """
def reconstruction_nats(images, logits):
    pixels = ops.softplus(logits) - images * logits
    return ops.sum(pixels, axis=(1, 2))


def kl_nats(mean, log_variance):
    variance = ops.exp(log_variance)
    return 0.5 * ops.sum(mean**2 + variance - log_variance - 1, axis=-1)
"""

DRAW = """
def draw_codes(mean, log_variance, samples, seed_generator):
    n, code_size = ops.shape(mean)
    noise = keras.random.normal((n, samples, code_size), seed=seed_generator)
    sigma = ops.exp(log_variance / 2)
    return mean[:, None] + sigma[:, None] * noise
"""

WEIGHTS = """
def log_weights(log_likelihoods, codes, mean, log_variance):
    mean, log_variance = mean[:, None, :], log_variance[:, None, :]
    squared = (codes - mean) ** 2 / np.exp(log_variance)
    log_ratio = squared + log_variance - codes**2
    return log_likelihoods + 0.5 * np.sum(log_ratio, axis=-1)


def nll_nats(log_w):
    samples = log_w.shape[1]
    return np.mean(np.log(samples) - logsumexp(log_w, axis=1))
"""

TRAIN = """
class VariationalAutoencoder(keras.Model):
    def __init__(self, encoder, decoder):
        super().__init__()
        self.encoder, self.decoder = encoder, decoder
        self.seed_generator = keras.random.SeedGenerator(0)

    def call(self, images):
        mean, log_variance = self.encoder(images)
        noise = keras.random.normal(ops.shape(mean), seed=self.seed_generator)
        codes = mean + ops.exp(log_variance / 2) * noise
        return self.decoder(codes), mean, log_variance

    def compute_loss(
        self, x=None, y=None, y_pred=None, sample_weight=None, training=True
    ):
        logits, mean, log_variance = y_pred
        pixels = ops.softplus(logits) - x * logits
        numbers = 0.5 * (mean**2 + ops.exp(log_variance) - log_variance - 1)
        return ops.mean(ops.sum(pixels, axis=1) + ops.sum(numbers, axis=1))


def train_vae(x):
    pixels = x.shape[1]
    images = keras.Input((pixels,))
    hidden = layers.Dense(128, activation="gelu")(images)
    mean, log_variance = layers.Dense(8)(hidden), layers.Dense(8)(hidden)
    encoder = keras.Model(images, [mean, log_variance])
    codes = keras.Input((8,))
    hidden = layers.Dense(128, activation="gelu")(codes)
    decoder = keras.Model(codes, layers.Dense(pixels)(hidden))
    vae = VariationalAutoencoder(encoder, decoder)
    vae.build((None, pixels))
    epochs = 20
    schedule = keras.optimizers.schedules.CosineDecay(0.01, epochs * len(x) // 64)
    vae.compile(keras.optimizers.Adam(schedule))
    vae.fit(x, batch_size=64, epochs=epochs, verbose=0)
    return encoder, decoder
"""

FIT = "    vae.fit(x, batch_size=64, epochs=epochs, verbose=0)\n"


def changed(code, old, new):
    """Return an answer with one thing changed."""
    assert old in code, old
    return code.replace(old, new)


BRIEF = changed(TRAIN, "epochs = 20", "epochs = 3")  # enough to show a mistake
UNTRAINED = changed(TRAIN, FIT, "")  # enough for a wrong result


BANK = {
    "task-1": {
        "right": {
            "in keras.ops": TERMS,
            "in NumPy": """
def reconstruction_nats(images, logits):
    pixels = np.logaddexp(0, logits) - images * logits
    return pixels.reshape(len(images), -1).sum(axis=1)


def kl_nats(mean, log_variance):
    sigma = np.exp(0.5 * log_variance)
    return np.sum(0.5 * mean**2 + 0.5 * sigma**2 - np.log(sigma) - 0.5, axis=1)
""",
            "with Keras's cross-entropy": """
def reconstruction_nats(images, logits):
    pixels = ops.binary_crossentropy(images, logits, from_logits=True)
    return ops.sum(ops.sum(pixels, axis=2), axis=1)


def kl_nats(mean, log_variance):
    kl = 0
    for j in range(mean.shape[1]):
        m, v = mean[:, j], log_variance[:, j]
        kl = kl - 0.5 * (1 + v - ops.square(m) - ops.exp(v))
    return kl
""",
            "with the sign of the pixel": """
def reconstruction_nats(images, logits):
    signed = np.where(images == 1, -logits, logits)
    return ops.sum(ops.softplus(signed), axis=(1, 2))


def kl_nats(mean, log_variance):
    per_number = np.square(mean) + np.expm1(log_variance) - log_variance
    return per_number.sum(1) / 2
""",
        },
        "wrong": {
            "copied from the lesson, one axis": (
                changed(TERMS, "axis=(1, 2)", "axis=-1"),
                r"must give one number per image, shape \(5,\), got \(5, 3\)",
            ),
            "sum over the images too": (
                changed(TERMS, "pixels, axis=(1, 2)", "pixels"),
                r"one number per image, shape \(5,\), got \(\)",
            ),
            "mean over the images": (
                changed(
                    TERMS,
                    "ops.sum(pixels, axis=(1, 2))",
                    "ops.mean(ops.sum(pixels, axis=(1, 2)))",
                ),
                "one number per image",
            ),
            "one sum for all images, repeated": (
                changed(
                    TERMS,
                    "ops.sum(pixels, axis=(1, 2))",
                    "ops.sum(pixels) * ops.ones(len(images))",
                ),
                "has each image its own sum",
            ),
            "mean over the pixels": (
                changed(
                    TERMS, "ops.sum(pixels, axis=(1, 2))", "ops.mean(pixels, (1, 2))"
                ),
                "mean over the pixels",
            ),
            "mean over rows of pixels": (
                changed(
                    TERMS,
                    "ops.sum(pixels, axis=(1, 2))",
                    "ops.sum(ops.mean(pixels, axis=1), axis=1)",
                ),
                "12 pixels cost 8.318 nats",
            ),
            "Keras's loss, a mean over the last axis": (
                """
def reconstruction_nats(images, logits):
    loss = keras.losses.binary_crossentropy(images, logits, from_logits=True)
    return ops.sum(loss, axis=1)


def kl_nats(mean, log_variance):
    return 0.5 * ops.sum(mean**2 + ops.exp(log_variance) - log_variance - 1, axis=1)
""",
                "12 pixels cost 8.318 nats",
            ),
            "sign forgotten": (
                changed(
                    TERMS,
                    "ops.softplus(logits) - images * logits",
                    "images * logits - ops.softplus(logits)",
                ),
                "a sign too few",
            ),
            "in bits": (
                changed(TERMS, "axis=(1, 2))", "axis=(1, 2)) / np.log(2)"),
                "in natural logarithms",
            ),
            "only white pixels cost": (
                changed(
                    TERMS,
                    "ops.softplus(logits) - images * logits",
                    "images * ops.softplus(-logits)",
                ),
                "for black and for white",
            ),
            "black and white exchanged": (
                changed(TERMS, "- images * logits", "- (1 - images) * logits"),
                "are black and white exchanged",
            ),
            "squared error": (
                changed(
                    TERMS,
                    "ops.softplus(logits) - images * logits",
                    "(images - ops.sigmoid(logits)) ** 2",
                ),
                "each pixel is a fair coin and costs log 2",
            ),
            "logits taken for probabilities": (
                changed(
                    TERMS,
                    "ops.softplus(logits) - images * logits",
                    "-images * ops.log(logits) - (1 - images) * ops.log(1 - logits)",
                ),
                "are the logits taken for probabilities",
            ),
            "logits clipped to probabilities": (
                changed(
                    TERMS,
                    "ops.softplus(logits) - images * logits",
                    "ops.binary_crossentropy(images, logits)",
                ),
                "for black and for white|logits taken for probabilities",
            ),
            "logarithm of the sigmoid": (
                changed(
                    TERMS,
                    "pixels = ops.softplus(logits) - images * logits",
                    "p = ops.sigmoid(logits)\n"
                    "    pixels = -images * ops.log(p) - (1 - images) * ops.log(1 - p)",
                ),
                "not finite for logits of ±200",
            ),
            "logarithm of 1 + exp": (
                changed(TERMS, "ops.softplus(logits)", "ops.log(1 + ops.exp(logits))"),
                "not finite for logits of ±200",
            ),
            "a small number against the logarithm of 0": (
                changed(
                    TERMS,
                    "pixels = ops.softplus(logits) - images * logits",
                    "p = ops.sigmoid(logits)\n"
                    "    pixels = -images * ops.log(p + 1e-7)"
                    " - (1 - images) * ops.log(1 - p + 1e-7)",
                ),
                "was the probability cut off",
            ),
            "Keras's cross-entropy of probabilities": (
                changed(
                    TERMS,
                    "ops.softplus(logits) - images * logits",
                    "ops.binary_crossentropy(images, 1 / (1 + ops.exp(-logits)))",
                ),
                "was the probability cut off",
            ),
            "logits clipped": (
                changed(
                    TERMS,
                    "pixels = ",
                    "logits = ops.clip(logits, -30, 30)\n    pixels = ",
                ),
                "was the probability cut off",
            ),
            "logits clipped in place": (
                changed(
                    TERMS,
                    "pixels = ",
                    "np.clip(logits, -1, 1, out=logits)\n    pixels = ",
                ),
                "reconstruction_nats changed logits",
            ),
            "KL averaged over the code": (
                changed(TERMS, "0.5 * ops.sum(", "0.5 * ops.mean("),
                "numbers of the code are averaged",
            ),
            "KL summed over the images": (
                changed(TERMS, "- 1, axis=-1)", "- 1, axis=0)"),
                r"one number per image, shape \(4,\), got \(3,\)",
            ),
            "KL summed over everything": (
                changed(TERMS, "- 1, axis=-1)", "- 1)"),
                r"one number per image, shape \(4,\), got \(\)",
            ),
            "KL of each number": (
                changed(
                    TERMS,
                    "0.5 * ops.sum(mean**2 + variance - log_variance - 1, axis=-1)",
                    "0.5 * (mean**2 + variance - log_variance - 1)",
                ),
                r"one number per image, shape \(4,\), got \(4, 3\)",
            ),
            "the half forgotten": (
                changed(TERMS, "0.5 * ops.sum(", "ops.sum("),
                "twice as large",
            ),
            "the one outside the sum": (
                changed(
                    TERMS, "log_variance - 1, axis=-1)", "log_variance, axis=-1) - 1"
                ),
                "a constant missing that belongs to each number",
            ),
            "the one forgotten": (
                changed(TERMS, "log_variance - 1,", "log_variance,"),
                "a constant missing that belongs to each number",
            ),
            "sigma in the place of the log variance": (
                changed(
                    TERMS,
                    "mean**2 + variance - log_variance - 1",
                    "mean**2 + log_variance**2 - 2 * ops.log(log_variance + 1e-7) - 1",
                ),
                "taken for a variance or a standard deviation",
            ),
            "the variance in the place of its logarithm": (
                changed(
                    TERMS,
                    "mean**2 + variance - log_variance - 1",
                    "mean**2 + log_variance - ops.log(log_variance + 1e-7) - 1",
                ),
                "taken for a variance or a standard deviation",
            ),
            "log variance taken for log sigma": (
                changed(
                    TERMS,
                    "variance - log_variance - 1",
                    "variance**2 - 2 * log_variance - 1",
                ),
                "which term needs the variance itself",
            ),
            "sigma for its square": (
                changed(TERMS, "ops.exp(log_variance)", "ops.exp(log_variance / 2)"),
                "never negative|which term needs the variance itself",
            ),
            "sign of the logarithm": (
                changed(TERMS, "- log_variance - 1", "+ log_variance - 1"),
                "never negative: look at the terms",
            ),
            "mean not squared": (
                changed(TERMS, "mean**2", "ops.abs(mean)"),
                r"the mean \(3, 0, 0\) costs 4.5 nats",
            ),
            "mean weighted by the variance": (
                changed(TERMS, "mean**2 +", "mean**2 / variance +"),
                "must simply add up",
            ),
            "the other direction of the KL": (
                changed(
                    TERMS,
                    "mean**2 + variance - log_variance - 1",
                    "(mean**2 + 1) / variance + log_variance - 1",
                ),
                "which term needs the variance itself",
            ),
            "changes the mean": (
                changed(TERMS, "variance = ", "mean *= mean\n    variance = "),
                "kl_nats changed mean",
            ),
            "changes the log variance": (
                changed(
                    TERMS,
                    "variance = ops.exp(log_variance)",
                    "variance = np.exp(log_variance)\n    log_variance += 1",
                ),
                "kl_nats changed log_variance",
            ),
        },
        "hidden": {
            "12 pixels built in": changed(
                TERMS,
                "ops.sum(pixels, axis=(1, 2))",
                "min(12, images[0].size) * ops.mean(pixels, axis=(1, 2))",
            ),
            "codes of 3 built in": changed(TERMS, "0.5 * ops.sum(", "1.5 * ops.mean("),
        },
    },
    "task-2": {
        "right": {
            "axes by indexing": DRAW,
            "one sample after the other": """
def draw_codes(mean, log_variance, samples, seed_generator):
    codes = []
    deviation = ops.sqrt(ops.exp(log_variance))
    noise = keras.random.normal((samples, *ops.shape(mean)), seed=seed_generator)
    for one_noise in [noise]:
        codes.append(mean + deviation * one_noise)
    return ops.transpose(codes[0], (1, 0, 2))
""",
            "everything repeated first": """
def draw_codes(mean, log_variance, samples, seed_generator):
    mean = ops.repeat(ops.expand_dims(mean, 1), samples, axis=1)
    log_variance = ops.repeat(ops.expand_dims(log_variance, 1), samples, axis=1)
    noise = keras.random.normal(ops.shape(mean), seed=seed_generator)
    return mean + ops.exp(0.5 * log_variance) * noise
""",
            "the noise in halves": """
def draw_codes(mean, log_variance, samples, seed_generator):
    shape = (ops.shape(mean)[0], samples, mean.shape[1])
    first = keras.random.normal(shape, stddev=0.6, seed=seed_generator)
    second = keras.random.normal(shape, stddev=0.8, seed=seed_generator)
    deviation = ops.exp(log_variance) ** 0.5
    return ops.add(mean[:, None, :], (first + second) * deviation[:, None, :])
""",
        },
        "wrong": {
            "number of images from .shape, which is None in training": (
                changed(
                    DRAW, "n, code_size = ops.shape(mean)", "n, code_size = mean.shape"
                ),
                "does the number of images come from ops.shape",
            ),
            "deviation exp(log variance)": (
                changed(DRAW, "ops.exp(log_variance / 2)", "ops.exp(log_variance)"),
                "what must be done with the logarithm",
            ),
            "deviation is a quarter in the exponent": (
                changed(DRAW, "log_variance / 2", "log_variance / 4"),
                "what must be done with the logarithm|log_variance is a logarithm",
            ),
            "log variance taken for the deviation": (
                changed(
                    DRAW,
                    "ops.exp(log_variance / 2)",
                    "ops.convert_to_tensor(log_variance)",
                ),
                "log_variance is a logarithm",
            ),
            "log variance taken for the variance": (
                changed(
                    DRAW,
                    "ops.exp(log_variance / 2)",
                    "ops.sqrt(ops.abs(log_variance))",
                ),
                "log_variance is a logarithm",
            ),
            "no noise": (
                changed(DRAW, "sigma[:, None] * noise", "0 * noise"),
                "all samples of an image are the same",
            ),
            "one noise for all samples": (
                changed(DRAW, "(n, samples, code_size)", "(n, 1, code_size)")
                + "    return ops.repeat(codes, samples, axis=1)\n",
                r"must have shape \(3, 3, 2\), got \(3, 1, 2\)",
            ),
            "one noise for all samples, repeated": (
                changed(
                    changed(DRAW, "(n, samples, code_size)", "(n, 1, code_size)"),
                    "return mean[:, None] + sigma[:, None] * noise",
                    "noise = ops.repeat(noise, samples, axis=1)\n"
                    "    return mean[:, None] + sigma[:, None] * noise",
                ),
                "all samples of an image are the same",
            ),
            "one noise for all images": (
                changed(DRAW, "(n, samples, code_size)", "(1, samples, code_size)"),
                "the images share their noise",
            ),
            "one noise for all numbers": (
                changed(DRAW, "(n, samples, code_size)", "(n, samples, 1)"),
                "the numbers of a code share their noise",
            ),
            "one noise vector for everything": (
                changed(DRAW, "(n, samples, code_size)", "(code_size,)"),
                r"must have shape \(3, 3, 2\)",
            ),
            "axes exchanged": (
                changed(
                    DRAW,
                    "(n, samples, code_size)",
                    "(samples, n, code_size)",
                ).replace("mean[:, None] + sigma[:, None]", "mean + sigma"),
                "the axes are images, samples, numbers",
            ),
            "the mean of sample k for image k": (
                changed(
                    DRAW,
                    "mean[:, None] + sigma[:, None] * noise",
                    "mean + sigma * noise",
                ),
                "at the mean of that image",
            ),
            "mean forgotten": (
                changed(DRAW, "mean[:, None] + sigma", "sigma"),
                "must be at the mean of that image",
            ),
            "one sample only": (
                """
def draw_codes(mean, log_variance, samples, seed_generator):
    noise = keras.random.normal(ops.shape(mean), seed=seed_generator)
    return mean + ops.exp(log_variance / 2) * noise
""",
                r"must have shape \(3, 3, 2\), got \(3, 2\)",
            ),
            "no seed": (
                changed(DRAW, ", seed=seed_generator", ""),
                "does all the noise come from seed_generator",
            ),
            "NumPy's noise": (
                changed(
                    DRAW,
                    "keras.random.normal((n, samples, code_size), seed=seed_generator)",
                    'np.random.normal(size=(n, samples, code_size)).astype("float32")',
                ),
                "does all the noise come from seed_generator",
            ),
            "a fixed seed": (
                changed(DRAW, "seed=seed_generator", "seed=0"),
                "drew the same noise again",
            ),
            "a new generator with the seed of the given one": (
                changed(
                    DRAW,
                    "seed=seed_generator",
                    "seed=keras.random.SeedGenerator(1)",
                ),
                "drew the same noise again",
            ),
            "NumPy's noise with a fixed seed": (
                changed(
                    DRAW,
                    "keras.random.normal((n, samples, code_size), seed=seed_generator)",
                    "np.random.default_rng(0).standard_normal(\n"
                    '        (n, samples, code_size), dtype="float32"\n    )',
                ),
                "drew the same noise again",
            ),
            "uniform noise": (
                changed(
                    DRAW,
                    "keras.random.normal((n, samples, code_size), seed=seed_generator)",
                    "keras.random.uniform(\n"
                    "        (n, samples, code_size), -(3**0.5), 3**0.5, "
                    "seed=seed_generator\n    )",
                ),
                "the noise is not Gaussian",
            ),
            "uniform noise between 0 and 1": (
                changed(DRAW, "random.normal", "random.uniform"),
                "must have its mean",
            ),
            "truncated noise": (
                changed(DRAW, "random.normal", "random.truncated_normal"),
                "what must be done with the logarithm|not Gaussian",
            ),
            "in NumPy": (
                changed(
                    DRAW,
                    "return mean[:, None] + sigma[:, None] * noise",
                    "noise = ops.convert_to_numpy(noise)\n"
                    "    sigma = np.exp(ops.convert_to_numpy(log_variance) / 2)\n"
                    "    mean = ops.convert_to_numpy(mean)\n"
                    "    return mean[:, None] + sigma[:, None] * noise",
                ),
                "no gradient reaches the mean: do mean and log_variance stay in keras",
            ),
            "gradient stopped": (
                changed(
                    DRAW,
                    "return mean[:, None] + sigma[:, None] * noise",
                    "return ops.stop_gradient(mean[:, None] + sigma[:, None] * noise)",
                ),
                "no gradient stopped",
            ),
            "gradient of the deviation stopped": (
                changed(
                    DRAW,
                    "ops.exp(log_variance / 2)",
                    "ops.stop_gradient(ops.exp(log_variance / 2))",
                ),
                "no right gradient reaches log_variance",
            ),
            "deviation changed in place": (
                changed(
                    DRAW,
                    "sigma = ops.exp(log_variance / 2)",
                    "log_variance /= 2\n    sigma = ops.exp(log_variance)",
                ),
                "draw_codes changed log_variance",
            ),
        },
        "hidden": {
            "answers only for codes of 2 or 3": changed(
                DRAW,
                "return mean[:, None]",
                "noise = noise if code_size in (2, 3) else 0 * noise\n"
                "    return mean[:, None]",
            ),
            "the check's means and deviations built in": changed(
                DRAW,
                "    n, code_size",
                "    mean, log_variance = mean[:3], log_variance[:3]\n    n, code_size",
            ),
        },
    },
    "task-3": {
        "right": {
            "one sum": WEIGHTS,
            "with SciPy's densities": """
def log_weights(log_likelihoods, codes, mean, log_variance):
    sigma = np.exp(log_variance / 2)
    log_p = norm.logpdf(codes).sum(axis=2)
    log_q = norm.logpdf(codes, mean[:, None], sigma[:, None]).sum(axis=2)
    return log_likelihoods + log_p - log_q


def nll_nats(log_w):
    largest = log_w.max(axis=1, keepdims=True)
    mean_weights = np.mean(np.exp(log_w - largest), axis=1)
    return -np.mean(np.log(mean_weights) + largest[:, 0])
""",
            "in keras.ops": """
def log_weights(log_likelihoods, codes, mean, log_variance):
    mean = ops.expand_dims(mean, 1)
    log_variance = ops.expand_dims(log_variance, 1)
    squared = ops.square(codes - mean) * ops.exp(-log_variance)
    log_q = -0.5 * ops.sum(squared + log_variance + np.log(2 * np.pi), axis=2)
    log_p = -0.5 * ops.sum(ops.square(codes) + np.log(2 * np.pi), axis=2)
    return log_likelihoods + log_p - log_q


def nll_nats(log_w):
    n, samples = log_w.shape
    return np.log(samples) - ops.mean(ops.logsumexp(log_w, axis=1))
""",
            "image by image": """
def log_weights(log_likelihoods, codes, mean, log_variance):
    rows = []
    for row, z, m, v in zip(log_likelihoods, codes, mean, log_variance):
        log_p = np.sum(norm.logpdf(z), axis=1)
        log_q = np.sum(norm.logpdf(z, m, np.exp(v) ** 0.5), axis=1)
        rows.append(row + log_p - log_q)
    return np.array(rows)


def nll_nats(log_w):
    total = 0.0
    for row in log_w:
        total -= np.logaddexp.reduce(row) - np.log(len(row))
    return total / len(log_w)
""",
        },
        "wrong": {
            "prior and q exchanged": (
                changed(WEIGHTS, "+ 0.5 * np.sum(", "- 0.5 * np.sum("),
                "not q by the prior",
            ),
            "q forgotten": (
                changed(
                    WEIGHTS,
                    "squared + log_variance - codes**2",
                    "-(codes**2)",
                ),
                r"p\(z\) / q\(z \| x\) is 1",
            ),
            "prior forgotten": (
                changed(WEIGHTS, " - codes**2", ""),
                r"p\(z\) / q\(z \| x\) is 1",
            ),
            "joint times q": (
                changed(
                    WEIGHTS,
                    "squared + log_variance - codes**2",
                    "-squared - log_variance - codes**2",
                ),
                r"p\(z\) / q\(z \| x\) is 1",
            ),
            "2 pi in one density only": (
                changed(
                    WEIGHTS, "+ log_variance -", "+ log_variance + np.log(6.2832) -"
                ),
                r"p\(z\) / q\(z \| x\) is 1",
            ),
            "log-likelihood subtracted": (
                changed(
                    WEIGHTS, "return log_likelihoods +", "return -log_likelihoods +"
                ),
                "log w is the log-likelihood",
            ),
            "log-likelihood forgotten": (
                changed(WEIGHTS, "return log_likelihoods +", "return"),
                "log w is the log-likelihood",
            ),
            "height of q forgotten": (
                changed(WEIGHTS, "squared + log_variance -", "squared -"),
                "height of q depends on its standard deviation",
            ),
            "log variance taken for log deviation in the height": (
                changed(
                    WEIGHTS, "squared + log_variance -", "squared + 2 * log_variance -"
                ),
                "height of q depends on its standard deviation",
            ),
            "sign of the height": (
                changed(
                    WEIGHTS, "squared + log_variance -", "squared - log_variance -"
                ),
                "height of q depends on its standard deviation",
            ),
            "distance not in deviations": (
                changed(WEIGHTS, "** 2 / np.exp(log_variance)", "** 2"),
                "measured in standard deviations, and squared",
            ),
            "distance divided by the deviation once": (
                changed(WEIGHTS, "np.exp(log_variance)", "np.exp(log_variance / 2)"),
                "measured in standard deviations, and squared",
            ),
            "divided by the squared variance": (
                changed(WEIGHTS, "np.exp(log_variance)", "np.exp(2 * log_variance)"),
                "measured in standard deviations, and squared",
            ),
            "log variance taken for sigma in SciPy": (
                """
def log_weights(log_likelihoods, codes, mean, log_variance):
    sigma = np.abs(log_variance)[:, None] + 1e-9
    log_q = norm.logpdf(codes, mean[:, None], sigma).sum(axis=2)
    return log_likelihoods + norm.logpdf(codes).sum(axis=2) - log_q


def nll_nats(log_w):
    return -np.mean(logsumexp(log_w, axis=1) - np.log(log_w.shape[1]))
""",
                "mean 0, log variance 0",
            ),
            "exp(log variance) as sigma in SciPy": (
                """
def log_weights(log_likelihoods, codes, mean, log_variance):
    sigma = np.exp(log_variance)[:, None]
    log_q = norm.logpdf(codes, mean[:, None], sigma).sum(axis=2)
    return log_likelihoods + norm.logpdf(codes).sum(axis=2) - log_q


def nll_nats(log_w):
    return -np.mean(logsumexp(log_w, axis=1) - np.log(log_w.shape[1]))
""",
                "height of q depends on its standard deviation",
            ),
            "mean of q forgotten": (
                changed(WEIGHTS, "(codes - mean) ** 2", "codes**2"),
                r"has p\(z\) / q\(z \| x\) = exp\(-0.5\)",
            ),
            "half forgotten": (
                changed(WEIGHTS, "+ 0.5 * np.sum(", "+ np.sum("),
                r"has p\(z\) / q\(z \| x\) = exp\(-0.5\)",
            ),
            "averaged over the code": (
                changed(WEIGHTS, "0.5 * np.sum(", "0.5 * np.mean("),
                "logarithms summed, not averaged",
            ),
            "the mean of sample k for image k": (
                changed(
                    WEIGHTS,
                    "mean[:, None, :], log_variance[:, None, :]",
                    "mean, log_variance",
                ),
                r"belong to image i, that is to codes\[i\]",
            ),
            "the KL instead of the sample's ratio": (
                """
def log_weights(log_likelihoods, codes, mean, log_variance):
    kl = 0.5 * np.sum(mean**2 + np.exp(log_variance) - log_variance - 1, axis=1)
    return log_likelihoods - kl[:, None]


def nll_nats(log_w):
    return -np.mean(logsumexp(log_w, axis=1) - np.log(log_w.shape[1]))
""",
                "at its mean, a Gaussian with log variance -2",
            ),
            "one weight an image": (
                changed(WEIGHTS, "axis=-1)\n", "axis=-1).mean(axis=1)\n").replace(
                    "return log_likelihoods", "return log_likelihoods.mean(axis=1)"
                ),
                r"must give shape \(4, 4\), got \(4,\)",
            ),
            "one weight a number": (
                changed(
                    WEIGHTS,
                    "log_likelihoods + 0.5 * np.sum(log_ratio, axis=-1)",
                    "log_likelihoods[..., None] + 0.5 * log_ratio",
                ),
                r"must give shape \(4, 4\), got \(4, 4, 3\)",
            ),
            "codes centred in place": (
                changed(
                    WEIGHTS,
                    "squared = (codes - mean) ** 2",
                    "prior = codes**2\n    codes -= mean\n    squared = codes**2",
                ).replace("- codes**2", "- prior"),
                "log_weights changed codes",
            ),
            "added to the log-likelihoods in place": (
                changed(
                    WEIGHTS,
                    "return log_likelihoods + 0.5 * np.sum(log_ratio, axis=-1)",
                    "log_likelihoods += 0.5 * np.sum(log_ratio, axis=-1)\n"
                    "    return log_likelihoods",
                ),
                "log_weights changed log_likelihoods",
            ),
            "log K forgotten": (
                changed(WEIGHTS, "np.log(samples) - logsumexp", "-logsumexp"),
                "with each sample five times over",
            ),
            "log K with the wrong sign": (
                changed(
                    WEIGHTS,
                    "np.log(samples) - logsumexp",
                    "-np.log(samples) - logsumexp",
                ),
                "with each sample five times over",
            ),
            "log of the number of images": (
                changed(WEIGHTS, "log_w.shape[1]", "log_w.shape[0]"),
                "For -9, -11 and -13 that is 11",
            ),
            "divided by K outside the logarithm": (
                changed(
                    WEIGHTS,
                    "np.log(samples) - logsumexp(log_w, axis=1)",
                    "-logsumexp(log_w, axis=1) / samples",
                ),
                "with each sample five times over",
            ),
            "mean of the logarithms": (
                changed(
                    WEIGHTS,
                    "np.mean(np.log(samples) - logsumexp(log_w, axis=1))",
                    "-np.mean(log_w)",
                ),
                "belongs inside the logarithm",
            ),
            "axes exchanged": (
                changed(
                    changed(WEIGHTS, "log_w.shape[1]", "log_w.shape[0]"),
                    "logsumexp(log_w, axis=1)",
                    "logsumexp(log_w, axis=0)",
                ),
                "images are averaged after the logarithm",
            ),
            "images and samples averaged inside the logarithm": (
                changed(
                    WEIGHTS,
                    "np.mean(np.log(samples) - logsumexp(log_w, axis=1))",
                    "np.log(log_w.size) - logsumexp(log_w)",
                ),
                "images are averaged after the logarithm",
            ),
            "the best sample instead of the mean": (
                changed(
                    WEIGHTS,
                    "np.mean(np.log(samples) - logsumexp(log_w, axis=1))",
                    "-np.mean(np.max(log_w, axis=1))",
                ),
                "weights with the means 2, 8 and 4 must give",
            ),
            "sum over the images": (
                changed(WEIGHTS, "return np.mean(", "return np.sum("),
                "minus the mean of the log weights over the images",
            ),
            "one value an image": (
                changed(
                    WEIGHTS, "return np.mean(np.log(samples)", "return (np.log(samples)"
                ),
                r"must be one number, the mean over the images, got the shape \(3,\)",
            ),
            "the sign of the result": (
                changed(
                    WEIGHTS,
                    "np.mean(np.log(samples) - logsumexp(log_w, axis=1))",
                    "np.mean(logsumexp(log_w, axis=1) - np.log(samples))",
                ),
                r"\*negative\* log-likelihood",
            ),
            "exponentials taken first": (
                changed(
                    WEIGHTS,
                    "np.log(samples) - logsumexp(log_w, axis=1)",
                    "-np.log(np.mean(np.exp(log_w), axis=1))",
                ),
                "not finite: e to the power of -1000 is 0",
            ),
            "a small number added to the weights": (
                changed(
                    WEIGHTS,
                    "np.log(samples) - logsumexp(log_w, axis=1)",
                    "-np.log(np.mean(np.exp(np.minimum(log_w, 700)), axis=1) + 1e-300)",
                ),
                "not finite|is anything cut off or added",
            ),
            "one maximum for all images": (
                changed(
                    WEIGHTS,
                    "np.log(samples) - logsumexp(log_w, axis=1)",
                    "-np.log(np.mean(np.exp(log_w - log_w.max()), axis=1))"
                    " - log_w.max()",
                ),
                "not finite: .* each image has its own",
            ),
            "maximum subtracted in place": (
                changed(
                    WEIGHTS,
                    "samples = log_w.shape[1]",
                    "samples = log_w.shape[1]\n"
                    "    largest = log_w.max(axis=1, keepdims=True)\n"
                    "    log_w -= largest",
                ).replace(
                    "logsumexp(log_w, axis=1)",
                    "largest[:, 0] - logsumexp(log_w, axis=1)",
                ),
                "nll_nats changed log_w",
            ),
        },
        "hidden": {
            "sums of three numbers built in": changed(
                WEIGHTS,
                "0.5 * np.sum(log_ratio, axis=-1)",
                "0.5 * (np.sum(log_ratio[..., :3], axis=-1)"
                " + (codes.shape[2] == 10) * np.sum(log_ratio[..., 3:], axis=-1))",
            ),
            "sample counts of the check built in": changed(
                WEIGHTS, "samples = log_w.shape[1]", "samples = min(log_w.shape[1], 10)"
            ),
        },
    },
    "task-5": {
        "right": {
            "dense, subclassed": TRAIN,
            "the two terms as a layer's add_loss": """
class Sampling(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(1)

    def call(self, outputs):
        mean, log_variance = outputs
        kl = 0.5 * ops.sum(
            ops.square(mean) + ops.exp(log_variance) - log_variance - 1, axis=1
        )
        self.add_loss(ops.mean(kl))
        noise = keras.random.normal(ops.shape(mean), seed=self.seed_generator)
        return mean + ops.exp(0.5 * log_variance) * noise


def cross_entropy(images, logits):
    return ops.sum(ops.binary_crossentropy(images, logits, from_logits=True), axis=1)


def train_vae(x):
    pixels = x.shape[1]
    images = keras.Input((pixels,))
    hidden = layers.Dense(256, activation="relu")(images)
    encoder = keras.Model(images, [layers.Dense(10)(hidden), layers.Dense(10)(hidden)])
    decoder = keras.Sequential([
        keras.Input((10,)),
        layers.Dense(256, activation="relu"),
        layers.Dense(pixels),
    ])
    vae = keras.Model(images, decoder(Sampling()(encoder(images))))
    schedule = keras.optimizers.schedules.CosineDecay(8e-3, 25 * len(x) // 64)
    vae.compile(keras.optimizers.Adam(schedule), loss=cross_entropy)
    vae.fit(x, x, batch_size=64, epochs=25, verbose=0)
    return encoder, decoder
""",
            "the last bias at the mean image": changed(
                changed(
                    TRAIN,
                    "layers.Dense(pixels)(hidden)",
                    "layers.Dense(\n"
                    "        pixels,\n"
                    "        bias_initializer=keras.initializers.Constant(logits),\n"
                    "    )(hidden)",
                ),
                "pixels = x.shape[1]\n",
                "pixels = x.shape[1]\n"
                "    white = np.clip(x.mean(axis=0), 0.01, 0.99)\n"
                "    logits = np.log(white / (1 - white))\n",
            ),
        },
        "wrong": {
            "the vae returned": (
                changed(UNTRAINED, "return encoder, decoder", "return vae"),
                "return two models",
            ),
            "the vae returned as well": (
                changed(UNTRAINED, "return encoder", "return vae, encoder"),
                "return two models",
            ),
            "the history returned": (
                changed(
                    UNTRAINED,
                    "return encoder, decoder",
                    "return encoder, keras.callbacks.History()",
                ),
                "must be Keras models, got Functional and History",
            ),
            "decoder first": (
                changed(
                    UNTRAINED, "return encoder, decoder", "return decoder, encoder"
                ),
                "the encoder is returned first",
            ),
            "encoder without log variance": (
                changed(
                    UNTRAINED,
                    "return encoder",
                    "encoder = keras.Model(images, mean)\n    return encoder",
                ),
                "must return two outputs, mean and log variance, got 1",
            ),
            "encoder with the codes too": (
                changed(
                    UNTRAINED,
                    "return encoder",
                    "encoder = keras.Model(images, [mean, log_variance, mean])\n"
                    "    return encoder",
                ),
                "must return two outputs, mean and log variance, got 3",
            ),
            "one deviation for the whole code": (
                changed(
                    UNTRAINED,
                    "mean, log_variance = layers.Dense(8)(hidden), layers.Dense(8)",
                    "mean, log_variance = layers.Dense(8)(hidden), layers.Dense(1)",
                ),
                r"must both have the shape \(5, code_size\), got \(5, 8\) and \(5, 1\)",
            ),
            "decoder of the wrong size": (
                changed(UNTRAINED, "layers.Dense(pixels)(hidden))\n", "hidden)\n"),
                r"must have the shape \(5, 64\), got \(5, 128\)",
            ),
            "decoder returns probabilities": (
                changed(
                    UNTRAINED,
                    "return encoder",
                    "sigmoid = layers.Activation('sigmoid')\n"
                    "    decoder = keras.Sequential([decoder, sigmoid])\n"
                    "    return encoder",
                ),
                "are they probabilities instead of logits",
            ),
            "encoder returns the variance": (
                changed(
                    UNTRAINED,
                    "return encoder",
                    "variance = layers.Activation('exponential')(log_variance)\n"
                    "    encoder = keras.Model(images, [mean, variance])\n"
                    "    return encoder",
                ),
                "a variance or a deviation instead of the log variance",
            ),
            "the images passed by the back door": (
                """
class Encoder(keras.Model):
    def call(self, images):
        self.images = images
        return ops.zeros((len(images), 2)), ops.zeros((len(images), 2)) - 0.1


class Decoder(keras.Model):
    def call(self, codes):
        return 40 * ops.convert_to_tensor(self.encoder.images) - 20


def train_vae(x):
    encoder, decoder = Encoder(), Decoder()
    decoder.encoder = encoder
    return encoder, decoder
""",
                "make an image from its code alone",
            ),
            "never trained": (
                UNTRAINED,
                "worse than the model without a code.*: was it trained",
            ),
            "images changed in place": (
                changed(
                    UNTRAINED, "return encoder", "x -= x.mean()\n    return encoder"
                ),
                "train_vae changed the images",
            ),
            "cross-entropy averaged over the pixels": (
                changed(BRIEF, "ops.sum(pixels, axis=1)", "ops.mean(pixels, axis=1)"),
                "the posterior has collapsed.* Are both terms summed",
            ),
            "KL averaged over the code": (
                changed(
                    changed(TRAIN, "epochs = 20", "epochs = 8"),
                    "ops.sum(numbers, axis=1)",
                    "ops.mean(numbers, axis=1)",
                ),
                "is the KL in the loss, summed over the numbers",
            ),
            "no KL": (
                changed(BRIEF, " + ops.sum(numbers, axis=1)", ""),
                "is the KL in the loss",
            ),
            "KL with the wrong sign": (
                changed(BRIEF, " + ops.sum(numbers", " - ops.sum(numbers"),
                "are the signs of both terms|is the KL in the loss",
            ),
            "no noise in training": (
                changed(BRIEF, " + ops.exp(log_variance / 2) * noise", ""),
                "not the codes that are drawn around them",
            ),
            "log variance for log deviation in training": (
                changed(TRAIN, "ops.exp(log_variance / 2)", "ops.exp(log_variance)"),
                "must be below 20|the deviation that belongs to the log variance",
            ),
            "one noise for the whole batch": (
                changed(TRAIN, "normal(ops.shape(mean)", "normal((8,)"),
                "must be below 20. .* each code noise of its own",
            ),
            "the half of the KL forgotten": (
                changed(TRAIN, "0.5 * (mean**2", "1.0 * (mean**2"),
                "must be below 20. Is the loss the −ELBO",
            ),
            "too little training": (
                changed(TRAIN, "epochs = 20", "epochs = 4"),
                "this is a matter of training: its length",
            ),
            "trained on the images outside": (
                changed(BRIEF, "vae.fit(x,", "vae.fit(x_digits,"),
                "worse than the model without a code.*: was it trained, on x|too dear",
            ),
        },
        "hidden": {
            "trained once, on the check's own test images": changed(
                TRAIN,
                "def train_vae(x):\n    pixels = x.shape[1]\n",
                "kept = []\n\n\n"
                "def train_vae(x):\n"
                "    if not kept:\n"
                "        kept.extend(really_train(x_digits[:, ::-1].copy()))\n"
                "    return kept\n\n\n"
                "def really_train(x):\n"
                "    pixels = 64\n",
            ),
        },
    },
}
