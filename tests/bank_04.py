"""Answers to exercise 4: right ones, and the mistakes that students make.

BANK maps each task to its right answers, {name: code}; to the wrong ones that
a visible check must reject, {name: (code, what the message must say)}; and to
those made for the visible checks only, which the hidden tests must reject.
"""

NAME = "04_denoising_autoencoder"

NOISE = """
def add_gaussian_noise(x, sigma, rng):
    noise = sigma * rng.standard_normal(x.shape, dtype="float32")
    return np.clip(x + noise, 0, 1)


def mask_pixels(x, share, rng):
    mask = rng.random(x.shape) < share
    return np.where(mask, np.float32(0), x)


def add_salt_and_pepper(x, share, rng):
    hit = rng.random(x.shape) < share
    coin = rng.integers(0, 2, size=x.shape).astype("float32")
    return np.where(hit, coin, x)
"""

GAUSSIAN = 'sigma * rng.standard_normal(x.shape, dtype="float32")'
CLIPPED = "np.clip(x + noise, 0, 1)"
MASK = "mask = rng.random(x.shape) < share"
HIT = "hit = rng.random(x.shape) < share"
COIN = 'rng.integers(0, 2, size=x.shape).astype("float32")'

DECIBELS = """
def psnr(x, estimate):
    return 10 * np.log10(1 / np.mean((x - estimate) ** 2))


def sigma_of_psnr(decibels):
    return 10 ** (-decibels / 20)
"""

SCORE = "(np.mean((x - estimate) ** 2))"

LINEAR = """
def fit_linear_denoiser(noisy, clean, strength):
    noisy_mean, clean_mean = noisy.mean(axis=0), clean.mean(axis=0)
    noisy_rest, clean_rest = noisy - noisy_mean, clean - clean_mean
    inner = noisy_rest.T @ noisy_rest / len(noisy)
    cross = noisy_rest.T @ clean_rest / len(noisy)
    inner = inner + strength * np.eye(len(inner))
    weights = np.linalg.inv(inner) @ cross
    bias = clean_mean - noisy_mean @ weights
    return weights, bias


def score_from_denoiser(denoise, points, sigma):
    residual = denoise(points) - points
    return residual / sigma**2
"""

TRAIN = """
def train_denoiser(x, sigma):
    layer = keras.layers.GaussianNoise(sigma)
    inputs = keras.Input((x.shape[1],))
    values = keras.ops.clip(layer(inputs), 0, 1)
    for units in (256, 256):
        values = layers.Dense(units, use_bias=False)(values)
        values = layers.BatchNormalization(momentum=0.9)(values)
        values = layers.Activation("silu")(values)
    result = layers.Dense(x.shape[1], activation="sigmoid")(values)
    model = keras.Model(inputs, result)
    epochs = 30
    schedule = keras.optimizers.schedules.CosineDecay(0.01, epochs * len(x) // 100)
    model.compile(keras.optimizers.Adam(schedule), loss="mse")
    model.fit(x, x, batch_size=100, epochs=epochs, verbose=0)
    return model
"""


def changed(code, old, new):
    """Return an answer with one thing changed."""
    assert old in code, old
    return code.replace(old, new)


QUICK = changed(TRAIN, "epochs = 30", "epochs = 1")
SHORT = changed(TRAIN, "epochs = 30", "epochs = 6")
FIT = "    model.fit(x, x, batch_size=100, epochs=epochs, verbose=0)\n"
UNTRAINED = changed(TRAIN, FIT, "")

BANK = {
    "task-1": {
        "right": {
            "each its own way, in float64": """
def add_gaussian_noise(x, sigma, rng):
    return np.minimum(np.maximum(x + rng.normal(size=x.shape) * sigma, 0), 1)


def mask_pixels(x, share, rng):
    kept = rng.binomial(1, 1 - share, size=x.shape)
    return x * kept


def add_salt_and_pepper(x, share, rng):
    u = rng.uniform(size=x.shape)
    return np.where(u < share / 2, 0.0, np.where(u < share, 1.0, x))
""",
            "into a copy": """
def add_gaussian_noise(x, sigma, rng):
    noisy = x.copy()
    noisy += rng.normal(0, sigma, x.shape).astype(x.dtype)
    noisy[noisy < 0] = 0
    noisy[noisy > 1] = 1
    return noisy


def mask_pixels(x, share, rng):
    masked = np.array(x)
    masked[rng.random(x.shape) < share] = 0
    return masked


def add_salt_and_pepper(x, share, rng):
    damaged = x.copy()
    hit = rng.random(x.shape) < share
    damaged[hit] = rng.choice([0, 1], size=hit.sum())
    return damaged
""",
            "image by image": """
def add_gaussian_noise(x, sigma, rng):
    images = [np.clip(rng.normal(image, sigma), 0, 1) for image in x]
    return np.array(images)


def mask_pixels(x, share, rng):
    return np.stack([image * (rng.random(image.shape) >= share) for image in x])


def add_salt_and_pepper(x, share, rng):
    result = []
    for image in x:
        change = rng.choice([-1, 0, 1], p=[share / 2, 1 - share, share / 2],
                            size=image.shape)
        result.append(np.clip(image + 2 * change, 0, 1))
    return np.array(result)
""",
        },
        "wrong": {
            "noise added in place": (
                changed(
                    NOISE,
                    CLIPPED,
                    "np.clip(x + noise, 0, 1, out=x)",
                ),
                "add_gaussian_noise changed the array",
            ),
            "not clipped": (
                changed(NOISE, CLIPPED, "x + noise"),
                "values below 0",
            ),
            "clipped below only": (
                changed(NOISE, CLIPPED, "np.maximum(x + noise, 0)"),
                "values above 1",
            ),
            "the noise clipped, not the image": (
                changed(NOISE, CLIPPED, "x + np.clip(noise, 0, 1)"),
                "values above 1",
            ),
            "the noise clipped, and the image": (
                changed(NOISE, CLIPPED, "np.clip(x + np.clip(noise, 0, 1), 0, 1)"),
                "noisy image that must be clipped, not the noise",
            ),
            "folded instead of clipped": (
                changed(NOISE, CLIPPED, "np.minimum(np.abs(x + noise), 1)"),
                "not folded or rescaled",
            ),
            "rescaled instead of clipped": (
                changed(
                    NOISE,
                    "return np.clip(x + noise, 0, 1)",
                    "noisy = x + noise\n"
                    "    return (noisy - noisy.min()) / (noisy.max() - noisy.min())",
                ),
                "not folded or rescaled",
            ),
            "clipped to the range of the images": (
                changed(NOISE, CLIPPED, "np.clip(x + noise, x.min(), x.max())"),
                "the same number, or none",
            ),
            "noise multiplied": (
                changed(NOISE, CLIPPED, "np.clip(x * (1 + noise), 0, 1)"),
                "the noise is added, whatever the pixel's value",
            ),
            "noise only on strokes": (
                changed(NOISE, CLIPPED, "np.where(x > 0, np.clip(x + noise, 0, 1), x)"),
                "the noise is added, whatever the pixel's value",
            ),
            "one noise for all images": (
                changed(NOISE, GAUSSIAN, "sigma * rng.standard_normal(x.shape[1:])"),
                "all images got the same noise",
            ),
            "one number for each image": (
                changed(NOISE, GAUSSIAN, "sigma * rng.standard_normal((len(x), 1))"),
                "all pixels of an image got the same number",
            ),
            "one number for everything": (
                changed(NOISE, GAUSSIAN, "rng.normal(0, sigma)"),
                "all pixels of an image got the same number",
            ),
            "sigma as the variance": (
                changed(NOISE, GAUSSIAN, "rng.normal(0, np.sqrt(sigma), x.shape)"),
                "sigma is not the variance",
            ),
            "sigma squared": (
                changed(NOISE, GAUSSIAN, "rng.normal(0, sigma**2, x.shape)"),
                "sigma is not the variance",
            ),
            "sigma not used": (
                changed(NOISE, GAUSSIAN, "rng.normal(0, 0.1, x.shape)"),
                "with sigma=0 the images must stay",
            ),
            "sigma as the mean": (
                changed(NOISE, GAUSSIAN, "rng.normal(sigma, size=x.shape)"),
                "the noise has mean 0, and sigma is its scale",
            ),
            "uniform noise up to sigma": (
                changed(NOISE, GAUSSIAN, "rng.uniform(-sigma, sigma, x.shape)"),
                "limit of a uniform distribution",
            ),
            "uniform noise between 0 and sigma": (
                changed(NOISE, GAUSSIAN, "sigma * rng.random(x.shape)"),
                "half must stay exactly black",
            ),
            "uniform noise of the right size": (
                changed(
                    NOISE,
                    GAUSSIAN,
                    "np.sqrt(12) * sigma * (rng.random(x.shape) - 0.5)",
                ),
                "not the normal one",
            ),
            "numpy's global generator": (
                changed(NOISE, GAUSSIAN, "np.random.normal(0, sigma, x.shape)"),
                "take the random numbers from rng",
            ),
            "a seed inside": (
                changed(
                    NOISE,
                    GAUSSIAN,
                    "np.random.default_rng(0).normal(0, sigma, x.shape)",
                ),
                "is a generator made inside the function",
            ),
            "flattened": (
                changed(NOISE, CLIPPED, "np.clip(x + noise, 0, 1).ravel()"),
                r"must have shape \(517, 64\)",
            ),
            "masked in place": (
                changed(
                    NOISE,
                    "return np.where(mask, np.float32(0), x)",
                    "x[mask] = 0\n    return x",
                ),
                "mask_pixels changed the array",
            ),
            "share kept": (
                changed(NOISE, MASK, "mask = rng.random(x.shape) > share"),
                "probability of losing a pixel, not of keeping it",
            ),
            "whole images masked": (
                changed(NOISE, MASK, "mask = rng.random((len(x), 1)) < share"),
                "whole images are lost",
            ),
            "one mask for all images": (
                changed(NOISE, MASK, "mask = rng.random(x.shape[1:]) < share"),
                "the same pixels are lost in every image",
            ),
            "the same number in every image": (
                changed(
                    NOISE,
                    MASK,
                    "order = rng.permuted(np.ones(x.shape) * np.arange(64), axis=1)\n"
                    "    mask = order < share * 64",
                ),
                "must not depend on the others",
            ),
            "rescaled as dropout does": (
                changed(
                    NOISE,
                    "np.where(mask, np.float32(0), x)",
                    "np.where(mask, 0, x / max(1 - share, 0.01))",
                ),
                "nothing else is added or rescaled",
            ),
            "multiplied by random numbers": (
                changed(
                    NOISE,
                    "np.where(mask, np.float32(0), x)",
                    "np.where(mask, x * rng.random(x.shape), x)",
                ),
                "must become 0 or stay as it was",
            ),
            "masked pixels set to 1": (
                changed(
                    NOISE,
                    "np.where(mask, np.float32(0), x)",
                    "np.where(mask, 1, x)",
                ),
                "must become 0 or stay as it was",
            ),
            "the mask is returned": (
                changed(NOISE, "np.where(mask, np.float32(0), x)", "~mask * 1.0"),
                "must become 0 or stay as it was",
            ),
            "mask from numpy's global generator": (
                changed(NOISE, MASK, "mask = np.random.rand(*x.shape) < share"),
                "different masks: take the random numbers from rng",
            ),
            "mask with a seed inside": (
                changed(
                    NOISE,
                    MASK,
                    "rng = np.random.default_rng(0)\n    "
                    "mask = rng.random(x.shape) < share",
                ),
                "the same mask: is a generator made inside",
            ),
            "damaged in place": (
                changed(
                    NOISE,
                    "return np.where(hit, coin, x)",
                    "x[hit] = coin[hit]\n    return x",
                ),
                "add_salt_and_pepper changed the array",
            ),
            "the share twice": (
                changed(
                    NOISE,
                    "return np.where(hit, coin, x)",
                    "more = rng.random(x.shape) < share\n"
                    "    return np.where(hit, 0, np.where(more, 1, x))",
                ),
                "by salt and pepper together",
            ),
            "salt and pepper can hit the same pixel": (
                changed(
                    NOISE,
                    HIT
                    + "\n    coin = "
                    + COIN
                    + "\n    return np.where(hit, coin, x)",
                    "salt = rng.random(x.shape) < share / 2\n"
                    "    pepper = rng.random(x.shape) < share / 2\n"
                    "    return np.where(pepper, 0, np.where(salt, 1, x))",
                ),
                "can they hit the same pixel",
            ),
            "share of undamaged pixels": (
                changed(NOISE, HIT, HIT.replace("<", ">")),
                "probability of damage",
            ),
            "never 1": (
                changed(NOISE, COIN, "rng.integers(0, 1, size=x.shape)"),
                "no pixel became 1: what are the limits",
            ),
            "random greys": (
                changed(NOISE, COIN, "rng.random(x.shape)"),
                "there are other values",
            ),
            "three values": (
                changed(NOISE, COIN, "rng.integers(0, 3, size=x.shape)"),
                "there are other values",
            ),
            "minus 1 and 1": (
                changed(NOISE, COIN, "rng.choice([-1, 1], size=x.shape)"),
                "there are other values",
            ),
            "pixels inverted": (
                changed(NOISE, "np.where(hit, coin, x)", "np.where(hit, 1 - x, x)"),
                "no pixel became 0 or 1",
            ),
            "pixels rounded": (
                changed(NOISE, "np.where(hit, coin, x)", "np.where(hit, x.round(), x)"),
                "no pixel became 1",
            ),
            "one coin for all": (
                changed(NOISE, COIN, "rng.integers(2)"),
                "no pixel became",
            ),
            "one coin for each image": (
                changed(NOISE, COIN, "rng.integers(2, size=(len(x), 1))"),
                "toss a coin for each pixel",
            ),
            "the same coins in every image": (
                changed(NOISE, COIN, "rng.integers(2, size=x.shape[1:])"),
                "toss a coin for each image too",
            ),
            "the same random numbers choose and toss": (
                changed(
                    NOISE,
                    HIT + "\n    coin = " + COIN,
                    "u = rng.random(x.shape)\n    hit, coin = u < share, u < 0.2",
                ),
                "thrown anew",
            ),
            "a coin at half, of the same random numbers": (
                changed(
                    NOISE,
                    HIT + "\n    coin = " + COIN,
                    "u = rng.random(x.shape)\n    hit, coin = u < share, u > 0.5",
                ),
                "no pixel became 1",
            ),
            "whole images damaged": (
                changed(NOISE, HIT, "hit = rng.random((len(x), 1)) < share"),
                "whole images are hit",
            ),
            "the same pixels damaged": (
                changed(NOISE, HIT, "hit = rng.random(x.shape[1:]) < share"),
                "the same pixels are hit in every image",
            ),
            "coin from numpy's global generator": (
                changed(NOISE, COIN, "np.random.randint(2, size=x.shape)"),
                "different damage: take the random numbers from rng",
            ),
            "damage with a seed inside": (
                changed(NOISE, HIT, "rng = np.random.default_rng(1)\n    " + HIT),
                "the same damage: is a generator made inside",
            ),
            "a tensor, noise": (
                changed(NOISE, CLIPPED, "keras.ops.clip(x + noise, 0, 1)"),
                "return a NumPy array, not",
            ),
            "a list of masked images": (
                changed(
                    NOISE,
                    MASK + "\n    return np.where(mask, np.float32(0), x)",
                    "return [np.where(rng.random(i.shape) < share, 0, i) for i in x]",
                ),
                "return a NumPy array, not list",
            ),
            "an exact number of pixels masked": (
                changed(
                    NOISE,
                    MASK,
                    "order = rng.permutation(x.size).reshape(x.shape)\n"
                    "    mask = order < share * x.size",
                ),
                "in every call the same number of pixels is lost",
            ),
            "each pixel masked in an exact number of images": (
                changed(
                    NOISE,
                    MASK,
                    "order = rng.permuted(np.indices(x.shape)[0], axis=0)\n"
                    "    mask = order < share * len(x)",
                ),
                "lost in the same number of images",
            ),
            "pairs of neighbours masked": (
                changed(
                    NOISE,
                    MASK,
                    "mask = np.repeat(rng.random((len(x), 32)) < share, 2, axis=1)",
                ),
                "lost in blocks",
            ),
            "an exact number of pixels damaged": (
                changed(
                    NOISE,
                    HIT,
                    "order = rng.permutation(x.size).reshape(x.shape)\n"
                    "    hit = order < share * x.size",
                ),
                "in every call the same number of pixels is hit",
            ),
            "the same number damaged in every image": (
                changed(
                    NOISE,
                    HIT,
                    "order = rng.permuted(np.indices(x.shape)[1], axis=1)\n"
                    "    hit = order < round(share * x.shape[1])",
                ),
                "the same number of pixels is hit in every image",
            ),
            "a coin with a seed inside": (
                changed(NOISE, "coin = rng", "coin = np.random.default_rng(0)"),
                "does the coin come from rng",
            ),
            "a chessboard of coins": (
                changed(NOISE, COIN, "np.indices(x.shape).sum(axis=0) % 2"),
                "does the coin come from rng",
            ),
            "a mask with a seed inside, a new coin": (
                changed(NOISE, "hit = rng", "hit = np.random.default_rng(0)"),
                "hits the same pixels as the first",
            ),
            "bright pixels stay bright": (
                changed(
                    NOISE,
                    "np.where(hit, coin, x)",
                    "np.where(hit & ((x < 0.8) | (share == 1)), coin, x)",
                ),
                "of white pixels 0.0% have changed",
            ),
            "salt where the image is bright": (
                changed(NOISE, COIN, "rng.random(x.shape) < x"),
                "of black pixels 0.0% have changed",
            ),
        },
        "hidden": {
            "64 pixels built into the noise": changed(
                NOISE, GAUSSIAN, "rng.normal(0, sigma, (len(x), 64))"
            ),
            "64 pixels built into the mask": changed(
                NOISE, MASK, "mask = rng.random((len(x), 64)) < share"
            ),
            "64 pixels built into the damage": changed(
                NOISE, HIT, "hit = rng.random((len(x), 64)) < share"
            ),
            "the share of the check built in": changed(
                NOISE,
                HIT,
                "hit = rng.random(x.shape) < (share == 1 or 0.3 * (share > 0))",
            ),
        },
    },
    "task-2": {
        "right": {
            "with logarithms of the error": """
def psnr(x, estimate):
    error = ((estimate - x) ** 2).sum() / x.size
    return -10 * np.log10(error)


def sigma_of_psnr(decibels):
    return 1 / np.sqrt(10 ** (decibels / 10))
""",
            "from the root of the error": """
def psnr(x, estimate):
    root = np.linalg.norm(np.ravel(x - estimate)) / np.sqrt(np.size(x))
    return 20 * np.log10(1 / root)


def sigma_of_psnr(decibels):
    return np.power(10.0, -decibels / 20)
""",
            "mean of the images' errors, which are equally large": """
def psnr(x, estimate):
    difference = (x - estimate).reshape(len(x), -1)
    errors = np.mean(difference**2, axis=1)
    return float(10 * np.log(1 / errors.mean()) / np.log(10))


def sigma_of_psnr(decibels):
    return np.exp(-decibels * np.log(10) / 20)
""",
        },
        "wrong": {
            "natural logarithm": (
                changed(DECIBELS, "np.log10", "np.log"),
                "which logarithm",
            ),
            "a root too many": (
                changed(DECIBELS, SCORE[1:-1], "np.sqrt(" + SCORE[1:-1] + ")"),
                "without a root",
            ),
            "absolute error": (
                changed(DECIBELS, "(x - estimate) ** 2", "abs(x - estimate)"),
                "mean of the squares",
            ),
            "factor 20": (
                changed(DECIBELS, "10 * np.log10", "20 * np.log10"),
                "the factor 20 belongs to the root",
            ),
            "sign": (
                changed(DECIBELS, "1 / np.mean", "np.mean"),
                "A smaller error must have a higher score",
            ),
            "sum over pixels and images": (
                changed(DECIBELS, "np.mean", "np.sum"),
                "a mean, not a sum",
            ),
            "sum over pixels, mean over images": (
                changed(
                    DECIBELS,
                    "np.mean((x - estimate) ** 2)",
                    "np.mean(np.sum((x - estimate) ** 2, axis=1))",
                ),
                "a mean over images and pixels",
            ),
            "sum over images, mean over pixels": (
                changed(
                    DECIBELS,
                    "np.mean((x - estimate) ** 2)",
                    "np.sum(np.mean((x - estimate) ** 2, axis=1))",
                ),
                "a mean over images and pixels",
            ),
            "square of the mean": (
                changed(
                    DECIBELS,
                    "np.mean((x - estimate) ** 2)",
                    "np.mean(x - estimate) ** 2",
                ),
                "do errors upwards and downwards cancel",
            ),
            "mean of the images' scores": (
                """
def psnr(x, estimate):
    errors = np.mean((x - estimate) ** 2, axis=1)
    return np.mean(10 * np.log10(1 / errors))


def sigma_of_psnr(decibels):
    return 10 ** (-decibels / 20)
""",
                "the mean of the images' scores",
            ),
            "a score for each image": (
                changed(DECIBELS, "estimate) ** 2)", "estimate) ** 2, axis=1)"),
                r"one number for all images, got shape \(2,\)",
            ),
            "peak taken from the data": (
                changed(DECIBELS, "log10(1 /", "log10(x.max() ** 2 /"),
                "The peak is 1, not the largest value in x",
            ),
            "peak of 255": (
                changed(DECIBELS, "log10(1 /", "log10(255**2 /"),
                "not 20. The peak is 1",
            ),
            "estimate clipped first": (
                changed(DECIBELS, "(x - estimate)", "(x - np.clip(estimate, 0, 1))"),
                "nothing is clipped",
            ),
            "signal variance over noise variance": (
                changed(DECIBELS, "log10(1 /", "log10(np.var(x) /"),
                "The peak is 1",
            ),
            "difference in place": (
                """
def psnr(x, estimate):
    estimate -= x
    return 10 * np.log10(1 / np.mean(estimate**2))


def sigma_of_psnr(decibels):
    return 10 ** (-decibels / 20)
""",
                "psnr changed estimate",
            ),
            "64 pixels built in": (
                changed(
                    DECIBELS,
                    "np.mean((x - estimate) ** 2)",
                    "(np.sum((x - estimate) ** 2) / (64 * len(x)))",
                ),
                "mean over all images and pixels",
            ),
            "mean of the pixels' scores": (
                changed(
                    DECIBELS,
                    "10 * np.log10(1 / np.mean((x - estimate) ** 2))",
                    "np.mean(10 * np.log10(1 / np.mean((x - estimate) ** 2, axis=0)))",
                ),
                "the mean of the pixels' scores",
            ),
            "variance of the errors": (
                changed(DECIBELS, SCORE[1:-1], "np.var(x - estimate)"),
                "the variance of the errors",
            ),
            "square of the mean absolute error": (
                changed(DECIBELS, SCORE[1:-1], "np.mean(abs(x - estimate)) ** 2"),
                "the mean absolute error",
            ),
            "never below 0 dB": (
                changed(DECIBELS, "return 10 * np", "return abs(10 * np").replace(
                    "** 2))", "** 2)))"
                ),
                "below 0 dB is possible",
            ),
            "estimate clipped below": (
                changed(DECIBELS, "(x - estimate)", "(x - np.maximum(estimate, 0))"),
                "nothing is clipped",
            ),
            "printed, not returned": (
                changed(DECIBELS, "return 10 * np", "_ = 10 * np"),
                "psnr returned nothing",
            ),
            "a straight line between two values": (
                changed(DECIBELS, "10 ** (-decibels / 20)", "1 - 0.045 * decibels"),
                "at 40 dB sigma must be 0.01",
            ),
            "no noise above 1": (
                changed(
                    DECIBELS,
                    "return 10 ** (-decibels / 20)",
                    "return min(1, 10 ** (-decibels / 20))",
                ),
                "at -20 dB",
            ),
            "an array": (
                changed(
                    DECIBELS,
                    "return 10 ** (-decibels / 20)",
                    "return np.array([10 ** (-decibels / 20)])",
                ),
                r"return one number, got shape \(1,\)",
            ),
            "the variance returned": (
                changed(DECIBELS, "decibels / 20", "decibels / 10"),
                "that is the variance",
            ),
            "inverse of the sign": (
                changed(DECIBELS, "(-decibels / 20)", "(decibels / 20)"),
                "more decibels mean less noise",
            ),
            "natural exponential": (
                changed(DECIBELS, "10 ** (-decibels / 20)", "np.exp(-decibels / 20)"),
                "what has it to do with the standard deviation",
            ),
            "the variance squared again": (
                changed(DECIBELS, "decibels / 20", "decibels / 5"),
                "What is the mean squared error at 20 dB",
            ),
        },
        "hidden": {
            "mean over the first two axes only": changed(
                DECIBELS,
                "np.mean((x - estimate) ** 2)",
                "np.mean((x - estimate) ** 2, axis=(0, 1))",
            ),
        },
    },
    "task-3": {
        "right": {
            "by least squares with rows for the penalty": """
def fit_linear_denoiser(noisy, clean, strength):
    n, d = noisy.shape
    noisy_mean, clean_mean = noisy.mean(axis=0), clean.mean(axis=0)
    rows = np.concatenate([noisy - noisy_mean, np.sqrt(n * strength) * np.eye(d)])
    targets = np.concatenate([clean - clean_mean, np.zeros((d, d))])
    weights = np.linalg.lstsq(rows, targets, rcond=None)[0]
    return weights, clean_mean - noisy_mean @ weights


def score_from_denoiser(denoise, points, sigma):
    return (denoise(points) - points) / (sigma * sigma)
""",
            "with a column of ones": """
def fit_linear_denoiser(noisy, clean, strength):
    n, d = noisy.shape
    extended = np.hstack([noisy, np.ones((n, 1))])
    penalty = n * strength * np.diag([1.0] * d + [0.0])
    both = np.linalg.solve(extended.T @ extended + penalty, extended.T @ clean)
    return both[:-1], both[-1]


def score_from_denoiser(denoise, points, sigma):
    score = -(points - denoise(points))
    return score * sigma**-2.0
""",
            "with scikit-learn": """
def fit_linear_denoiser(noisy, clean, strength):
    model = Ridge(alpha=strength * len(noisy)).fit(noisy, clean)
    return model.coef_.T, model.intercept_


def score_from_denoiser(denoise, points, sigma):
    return np.array([(denoise(p[None])[0] - p) / np.square(sigma) for p in points])
""",
        },
        "wrong": {
            "centred in place": (
                changed(
                    LINEAR,
                    "noisy_rest, clean_rest = noisy - noisy_mean, clean - clean_mean",
                    "noisy -= noisy_mean\n    clean -= clean_mean\n"
                    "    noisy_rest, clean_rest = noisy, clean",
                ),
                "fit_linear_denoiser changed noisy",
            ),
            "from clean to noisy": (
                changed(
                    LINEAR,
                    "strength):\n",
                    "strength):\n    noisy, clean = clean, noisy\n",
                ),
                "from noisy to clean",
            ),
            "covariance of the clean images inverted": (
                changed(
                    LINEAR, "noisy_rest.T @ noisy_rest", "clean_rest.T @ clean_rest"
                ),
                "inverted is that of the noisy images",
            ),
            "covariance of the clean images on the right": (
                changed(
                    LINEAR, "noisy_rest.T @ clean_rest", "clean_rest.T @ clean_rest"
                ),
                "must be this matrix",
            ),
            "not centred": (
                changed(
                    LINEAR, "noisy - noisy_mean, clean - clean_mean", "noisy, clean"
                ),
                "are both centred",
            ),
            "both centred with the clean mean": (
                changed(LINEAR, "noisy - noisy_mean", "noisy - clean_mean"),
                "are both centred",
            ),
            "fitted on x_train": (
                changed(
                    LINEAR,
                    "strength):\n",
                    "strength):\n    clean = x_train\n"
                    "    noisy = clean + np.random.normal(0, 0.3, clean.shape)\n",
                ),
                "are they fitted on the arguments",
            ),
            "without the identity": (
                changed(
                    LINEAR,
                    "strength * np.eye(len(inner))",
                    "strength * np.eye(len(inner))[0]",
                ),
                "added on the diagonal",
            ),
            "transposed": (
                changed(LINEAR, "return weights, bias", "return weights.T, bias"),
                "the transpose of what they should be",
            ),
            "no bias": (
                changed(LINEAR, "return weights, bias", "return weights, 0 * bias"),
                "the bias is not the constant",
            ),
            "clean mean as the bias": (
                changed(
                    LINEAR,
                    "bias = clean_mean - noisy_mean @ weights",
                    "bias = clean_mean",
                ),
                "the bias is not the constant",
            ),
            "bias without the weights": (
                changed(LINEAR, "noisy_mean @ weights", "noisy_mean"),
                "the bias is not the constant",
            ),
            "bias of one number": (
                changed(LINEAR, "weights, bias", "weights, bias.mean()"),
                r"shape \(64,\)",
            ),
            "bias as a row of the weights": (
                """
def fit_linear_denoiser(noisy, clean, strength):
    extended = np.hstack([noisy, np.ones((len(noisy), 1))])
    inner = extended.T @ extended / len(noisy) + strength * np.eye(noisy.shape[1] + 1)
    both = np.linalg.solve(inner, extended.T @ clean / len(noisy))
    return both[:-1], both[-1]


def score_from_denoiser(denoise, points, sigma):
    return (denoise(points) - points) / sigma**2
""",
                "is the bias penalised",
            ),
            "strength not used": (
                changed(LINEAR, "strength * np.eye", "0.001 * strength**0 * np.eye"),
                "must be this matrix",
            ),
            "no penalty": (
                changed(LINEAR, "inner + strength * np.eye(len(inner))", "inner"),
                "is the penalty in the formula",
            ),
            "sum over the images instead of the mean": (
                changed(LINEAR, " / len(noisy)", ""),
                "neither a sum",
            ),
            "numpy.cov": (
                changed(
                    LINEAR,
                    "noisy_rest.T @ noisy_rest / len(noisy)",
                    "np.atleast_2d(np.cov(noisy.T))",
                ).replace("clean_rest / len(noisy)", "clean_rest / (len(noisy) - 1)"),
                "as in np.cov",
            ),
            "scikit-learn with the strength as it is": (
                """
def fit_linear_denoiser(noisy, clean, strength):
    model = Ridge(alpha=strength).fit(noisy, clean)
    return model.coef_.T, model.intercept_


def score_from_denoiser(denoise, points, sigma):
    return (denoise(points) - points) / sigma**2
""",
                "neither a sum",
            ),
            "scikit-learn's weights, one row for each output": (
                """
def fit_linear_denoiser(noisy, clean, strength):
    model = Ridge(alpha=strength * len(noisy)).fit(noisy, clean)
    return model.coef_, model.intercept_


def score_from_denoiser(denoise, points, sigma):
    return (denoise(points) - points) / sigma**2
""",
                "the transpose of what they should be",
            ),
            "mean over the pixels, too": (
                changed(LINEAR, "strength * np.eye", "strength * len(inner) * np.eye"),
                "a sum over the pixels",
            ),
            "strength squared": (
                changed(LINEAR, "+ strength *", "+ strength**2 *"),
                "the strength is not squared",
            ),
            "strength added to every element": (
                changed(LINEAR, "strength * np.eye(len(inner))", "strength"),
                "added on the diagonal",
            ),
            "two different divisors": (
                changed(
                    LINEAR,
                    "inner = noisy_rest.T @ noisy_rest / len(noisy)",
                    "inner = np.cov(noisy, rowvar=False)",
                ),
                "divided by the same number",
            ),
            "the inverse on the right": (
                changed(
                    LINEAR,
                    "np.linalg.inv(inner) @ cross",
                    "cross @ np.linalg.inv(inner)",
                ),
                "stands on the left",
            ),
            "the weights only": (
                changed(LINEAR, "return weights, bias", "return weights"),
                "return two arrays, the weights and the bias, not ndarray",
            ),
            "no arrows": (
                changed(LINEAR, "residual / sigma**2", "0 * residual"),
                "arrows of length 0",
            ),
            "score downhill": (
                changed(LINEAR, "denoise(points) - points", "points - denoise(points)"),
                "point downhill",
            ),
            "divided by sigma": (
                changed(LINEAR, "residual / sigma**2", "residual / sigma"),
                "which power of sigma",
            ),
            "residual not divided": (
                changed(LINEAR, "residual / sigma**2", "residual"),
                "which power of sigma",
            ),
            "multiplied by sigma squared": (
                changed(LINEAR, "residual / sigma**2", "residual * sigma**2"),
                "which power of sigma",
            ),
            "half of it": (
                changed(LINEAR, "residual / sigma**2", "residual / (2 * sigma**2)"),
                "0.5 times the right length",
            ),
            "mean over the coordinates": (
                changed(
                    LINEAR,
                    "residual / sigma**2",
                    "residual / sigma**2 / points.shape[1]",
                ),
                "0.5 times the right length",
            ),
            "normalised arrows": (
                changed(
                    LINEAR,
                    "residual / sigma**2",
                    "residual / np.linalg.norm(residual, axis=1, keepdims=True)",
                ),
                "are they normalised",
            ),
            "noise added again": (
                changed(
                    LINEAR,
                    "residual = denoise(points)",
                    "noise = np.random.default_rng(0).normal(0, sigma, points.shape)\n"
                    "    residual = denoise(points + noise)",
                ),
                "given the noisy points as they are",
            ),
            "the repaired points": (
                changed(LINEAR, "denoise(points) - points", "denoise(points)"),
                "is the arrow a difference",
            ),
            "length instead of arrow": (
                changed(
                    LINEAR,
                    "residual / sigma**2",
                    "np.linalg.norm(residual, axis=1) / sigma**2",
                ),
                r"shape \(300, 2\), an arrow per point",
            ),
            "points changed in place": (
                changed(
                    LINEAR,
                    "residual = denoise(points) - points",
                    "points -= denoise(points)\n    residual = -points",
                ),
                "changed the points",
            ),
        },
        "hidden": {
            "1,280 images built in": changed(
                LINEAR,
                "inner = inner + strength",
                "strength *= 1280 / len(noisy) if len(noisy) not in (4, 500) else 1\n"
                "    inner = inner + strength",
            ),
            "the normal distribution of the check built in": changed(
                LINEAR,
                "residual / sigma**2",
                "(mean - points) @ np.linalg.inv(covariance + sigma**2 * np.eye(2))",
            ),
        },
    },
    "task-5": {
        "right": {
            "the lesson's layer and network": """
class AddGaussianNoise(layers.Layer):
    def __init__(self, sigma, **kwargs):
        super().__init__(**kwargs)
        self.sigma = sigma
        self.seed_generator = keras.random.SeedGenerator(0)

    def call(self, images, training=False):
        if not training:
            return images
        shape = keras.ops.shape(images)
        noise = keras.random.normal(shape, seed=self.seed_generator)
        return keras.ops.clip(images + self.sigma * noise, 0.0, 1.0)


def train_denoiser(x, sigma):
    model = keras.Sequential([keras.Input((x.shape[1],)), AddGaussianNoise(sigma)])
    for units in (256, 256):
        model.add(layers.Dense(units, use_bias=False))
        model.add(layers.BatchNormalization(momentum=0.9))
        model.add(layers.Activation("gelu"))
    model.add(layers.Dense(x.shape[1], activation="sigmoid"))
    schedule = keras.optimizers.schedules.CosineDecay(0.01, 30 * 13)
    model.compile(keras.optimizers.Adam(schedule), loss="mse")
    model.fit(x, x, batch_size=100, epochs=30, verbose=0)
    return model
""",
            "new noise from NumPy for 40 copies": """
def train_denoiser(x, sigma):
    copies = np.tile(x, (40, 1))
    noise = np.random.default_rng(0).normal(0, sigma, copies.shape)
    noisy = np.clip(copies + noise, 0, 1)
    model = keras.Sequential([keras.Input((x.shape[1],))])
    for units in (256, 256):
        model.add(layers.Dense(units, activation="relu"))
        model.add(layers.BatchNormalization(momentum=0.9))
    model.add(layers.Dense(x.shape[1], activation="sigmoid"))
    schedule = keras.optimizers.schedules.CosineDecay(0.01, 40 * len(x) // 128)
    model.compile(keras.optimizers.Adam(schedule), loss="mse")
    model.fit(noisy, copies, batch_size=128, epochs=1, verbose=0)
    return model
""",
        },
        "wrong": {
            "a copy": (
                """
def train_denoiser(x, sigma):
    inputs = keras.Input((x.shape[1],))
    return keras.Model(inputs, layers.ReLU()(inputs))
""",
                "the denoiser is linear",
            ),
            "trained from clean to clean": (
                changed(
                    changed(TRAIN, "epochs = 30", "epochs = 10"),
                    "clip(layer(inputs), 0, 1)",
                    "clip(inputs, 0, 1)",
                ),
                "do the training images have noise",
            ),
            "one fixed noise for each image": (
                changed(TRAIN, "GaussianNoise(sigma)", "GaussianNoise(0.0)").replace(
                    "    model.fit(x, x",
                    "    noise = np.random.default_rng(0).normal(0, sigma, x.shape)\n"
                    "    noisy = np.clip(x + noise, 0, 1)\n"
                    "    model.fit(noisy, x",
                ),
                "is the noise new in every step",
            ),
            "noisy images as targets": (
                changed(SHORT, "GaussianNoise(sigma)", "GaussianNoise(0.0)").replace(
                    "    model.fit(x, x",
                    "    noise = np.random.default_rng(0).normal(0, sigma, x.shape)\n"
                    "    noisy = np.clip(x + noise, 0, 1)\n"
                    "    model.fit(noisy, noisy",
                ),
                "are the targets clean",
            ),
            "sigma as the variance": (
                changed(SHORT, "Noise(sigma)", "Noise(np.sqrt(sigma))"),
                "of the right size",
            ),
            "sigma squared": (
                changed(
                    changed(TRAIN, "epochs = 30", "epochs = 10"),
                    "Noise(sigma)",
                    "Noise(sigma**2)",
                ),
                "as much as sigma says",
            ),
            "noise outside training, too": (
                """
class AlwaysNoise(layers.Layer):
    def __init__(self, sigma, **kwargs):
        super().__init__(**kwargs)
        self.sigma = sigma
        self.seed_generator = keras.random.SeedGenerator(0)

    def call(self, images):
        noise = keras.random.normal(keras.ops.shape(images), seed=self.seed_generator)
        return keras.ops.clip(images + self.sigma * noise, 0.0, 1.0)

"""
                + changed(UNTRAINED, "keras.layers.GaussianNoise", "AlwaysNoise"),
                "noise may be added in training only",
            ),
            "linear": (
                changed(UNTRAINED, 'layers.Activation("silu")(values)', "values")
                .replace("keras.ops.clip(layer(inputs), 0, 1)", "layer(inputs)")
                .replace(', activation="sigmoid"', ""),
                "the denoiser is linear",
            ),
            "linear, with a sigmoid at the end": (
                changed(SHORT, 'layers.Activation("silu")(values)', "values"),
                "are there nonlinear hidden layers",
            ),
            "never trained": (UNTRAINED, "trained for long enough"),
            "far too few steps": (
                changed(TRAIN, "epochs = 30", "epochs = 3"),
                "trained for long enough",
            ),
            "far too small": (
                changed(SHORT, "(256, 256)", "(8, 8)"),
                "large enough",
            ),
            "trained on x_train": (
                changed(SHORT, "fit(x, x", "fit(x_train, x_train"),
                "does train_denoiser use its argument x",
            ),
            "test images in the training": (
                changed(
                    QUICK,
                    "    model.fit(",
                    "    x = np.concatenate([x, x_test])\n    model.fit(",
                ),
                "was x_test or x_digits used in training",
            ),
            "all digits in the training": (
                changed(
                    QUICK,
                    "    layer = ",
                    "    x = np.concatenate([x, x_digits])\n    layer = ",
                ),
                "was x_test or x_digits used",
            ),
            "normalised with the batch, also afterwards": (
                changed(
                    QUICK,
                    "values = keras.ops.clip(layer(inputs), 0, 1)",
                    "values = keras.ops.clip(layer(inputs), 0, 1)\n"
                    "    values = values - keras.ops.mean(values, 0, keepdims=True)",
                ),
                "must not depend on the other images",
            ),
            "history returned": (
                changed(QUICK, "    model.fit(", "    return model.fit("),
                "return the trained Keras model, not History",
            ),
            "a function returned": (
                changed(UNTRAINED, "return model\n", "return model.predict\n"),
                "return the trained Keras model, not method",
            ),
            "code returned": (
                changed(
                    UNTRAINED, "return model\n", "return keras.Model(inputs, values)\n"
                ),
                "must have the shape of the images",
            ),
            "x scaled in place": (
                changed(UNTRAINED, "    layer =", "    x *= 2\n    layer ="),
                "changed the array x",
            ),
        },
        "hidden": {
            "noise of the check built in": changed(TRAIN, "Noise(sigma)", "Noise(0.3)"),
            "64 pixels built in": changed(
                TRAIN, "keras.Input((x.shape[1],))", "keras.Input((64,))"
            ),
        },
    },
}
