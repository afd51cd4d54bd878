"""Answers to exercise 3: right ones, and the mistakes that students make.

BANK maps each task to its right answers, {name: code}; to the wrong ones that
a visible check must reject, {name: (code, what the message must say)}; and to
those made for the visible checks only, which the hidden tests must reject.
"""

NAME = "03_sparse_autoencoder"

MEASURE = """
def measure_sparsity(batches):
    codes = np.concatenate(batches, axis=0)
    active = codes > 0
    fractions = active.mean(axis=0)
    return active.sum(axis=1).mean(), fractions, np.mean(fractions == 0)
"""

BY_BATCH = """
def measure_sparsity(batches):
    results = []
    for batch in batches:
        active = batch > 0
        fractions = active.mean(axis=0)
        results.append((active.sum(axis=1).mean(), fractions, np.mean(fractions == 0)))
    active = np.mean([result[0] for result in results])
    fractions = np.mean([result[1] for result in results], axis=0)
    dead = np.mean([result[2] for result in results])
    return active, fractions, dead
"""

TOP_K = """
def top_k(pre_activations, k):
    _, places = ops.top_k(pre_activations, k)
    chosen = ops.sum(ops.one_hot(places, pre_activations.shape[-1]), axis=1)
    return ops.relu(pre_activations) * chosen
"""

LESSON_TOP_K = """
def top_k(pre_activations, k):
    largest, _ = ops.top_k(pre_activations, k)
    threshold = largest[:, -1:]
    return ops.where(pre_activations >= threshold, ops.relu(pre_activations), 0.0)
"""

KL = """
def kl_penalty(activations, target):
    mean = ops.mean(activations, axis=0)
    mean = ops.clip(mean, 1e-4, 1 - 1e-4)
    on = target * ops.log(target / mean)
    off = (1 - target) * ops.log((1 - target) / (1 - mean))
    return ops.sum(on + off)
"""

TRAIN = """
class KeepTopK(layers.Layer):
    def __init__(self, k, **kwargs):
        super().__init__(**kwargs)
        self.k = k

    def call(self, pre_activations):
        threshold = ops.top_k(pre_activations, self.k)[0][:, -1:]
        return ops.where(pre_activations >= threshold, ops.relu(pre_activations), 0.0)


def train_sparse_autoencoder(x, units, active):
    mean_image = x.mean(axis=0)
    encoder = keras.Sequential([
        keras.Input((x.shape[1],)),
        layers.Rescaling(1.0, offset=-mean_image),
        layers.Dense(units, name="dense"),
        KeepTopK(active),
    ])
    decoder = keras.Sequential([
        keras.Input((units,)),
        layers.Dense(x.shape[1], name="atoms"),
    ])
    kernel, _ = encoder.get_layer("dense").get_weights()
    decoder.get_layer("atoms").set_weights([0.1 * kernel.T, mean_image])
    autoencoder = keras.Sequential([encoder, decoder])
    autoencoder.compile(keras.optimizers.Adam(0.01), loss="mse")
    autoencoder.fit(x, x, batch_size=64, epochs=15, verbose=0)
    return encoder, decoder
"""


def changed(code, old, new):
    """Return an answer with one thing changed."""
    assert old in code, old
    return code.replace(old, new)


# For mistakes that training does not matter for.
SHORT = changed(TRAIN, "epochs=15", "epochs=1")

BANK = {
    "task-1": {
        "right": {
            "counted in a loop": """
def measure_sparsity(batches):
    images = 0
    counts = np.zeros(batches[0].shape[1])
    for batch in batches:
        images += len(batch)
        counts += np.sum(batch > 0, axis=0)
    return counts.sum() / images, counts / images, (counts == 0).mean()
""",
            "stacked, with count_nonzero": """
def measure_sparsity(batches):
    active = np.vstack([np.where(batch > 0, 1, 0) for batch in batches])
    n, m = active.shape
    counts = np.count_nonzero(active, axis=0)
    return np.count_nonzero(active) / n, counts / n, 1 - np.count_nonzero(counts) / m
""",
            "weighted means of the batches": """
def measure_sparsity(batches):
    sizes = [len(batch) for batch in batches]
    means = [(batch > 0).mean(axis=0) for batch in batches]
    fractions = np.average(means, axis=0, weights=sizes)
    alive = np.any([batch.max(axis=0) > 0 for batch in batches], axis=0)
    return float(fractions.sum()), fractions, 1.0 - float(alive.mean())
""",
        },
        "wrong": {
            "means of the batches' means": (
                BY_BATCH,
                "a smaller batch must count less",
            ),
            "only the fractions as means of means": (
                changed(
                    MEASURE,
                    "fractions = active.mean(axis=0)",
                    "fractions = np.mean([(b > 0).mean(axis=0) for b in batches], 0)",
                ),
                "divide by the number of all images",
            ),
            "dead in a batch, averaged": (
                changed(
                    MEASURE,
                    "np.mean(fractions == 0)",
                    "np.mean([~(b > 0).any(axis=0) for b in batches])",
                ),
                "no image of any batch",
            ),
            "dead in any batch": (
                changed(
                    MEASURE,
                    "np.mean(fractions == 0)",
                    "np.mean(np.any([~(b > 0).any(0) for b in batches], axis=0))",
                ),
                "no image of any batch",
            ),
            "only the last batch": (
                changed(MEASURE, "np.concatenate(batches, axis=0)", "batches[-1]"),
                "with several batches",
            ),
            "only the first batch": (
                changed(MEASURE, "np.concatenate(batches, axis=0)", "batches[0]"),
                "with several batches",
            ),
            "batches beside each other": (
                changed(
                    BY_BATCH,
                    "np.mean([result[1] for result in results], axis=0)",
                    "np.concatenate([result[1] for result in results])",
                ),
                r"still one fraction for each unit",
            ),
            "not zero instead of above 0": (
                changed(MEASURE, "codes > 0", "codes != 0"),
                "a negative activation is not active",
            ),
            "sizes of the activations": (
                changed(MEASURE, "codes > 0", "np.abs(codes) > 0"),
                "a negative activation is not active",
            ),
            "a tolerance": (
                changed(MEASURE, "codes > 0", "codes > 1e-6"),
                "use no tolerance",
            ),
            "0 is active, too": (
                changed(MEASURE, "codes > 0", "codes >= 0"),
                "wrong fractions of the images",
            ),
            "mean activations": (
                changed(
                    MEASURE,
                    "fractions = active.mean(axis=0)",
                    "fractions = np.maximum(codes, 0).mean(axis=0)",
                ),
                "do not add up activations|use no tolerance",
            ),
            "axes exchanged": (
                changed(MEASURE, "active.mean(axis=0)", "active.mean(axis=1)"),
                "which axis counts the images",
            ),
            "counts, not fractions": (
                changed(
                    MEASURE,
                    "return active.sum(axis=1).mean(), fractions,",
                    "return active.sum(axis=1).mean(), active.sum(axis=0),",
                ),
                "wrong fractions of the images",
            ),
            "fraction of active units": (
                changed(MEASURE, "active.sum(axis=1).mean()", "active.mean()"),
                "not their fraction",
            ),
            "active units of each image": (
                changed(MEASURE, "active.sum(axis=1).mean()", "active.sum(axis=1)"),
                "one number",
            ),
            "mean over the units, not the images": (
                changed(MEASURE, "active.sum(axis=1)", "active.sum(axis=0)"),
                "wrong mean number of active units",
            ),
            "all active units": (
                changed(MEASURE, "active.sum(axis=1).mean()", "active.sum()"),
                "wrong mean number of active units",
            ),
            "mean over the images with active units only": (
                changed(
                    MEASURE,
                    "active.sum(axis=1).mean()",
                    "active.sum() / active.any(axis=1).sum()",
                ),
                "wrong mean number of active units",
            ),
            "number of dead units": (
                changed(MEASURE, "np.mean(fractions == 0)", "np.sum(fractions == 0)"),
                "not their number",
            ),
            "fraction of units alive only by chance of a threshold": (
                changed(MEASURE, "fractions == 0", "fractions < 0.5"),
                "wrong dead fraction",
            ),
            "images without active units": (
                changed(
                    MEASURE,
                    "np.mean(fractions == 0)",
                    "np.mean(~active.any(axis=1))",
                ),
                "an image without active units is not a dead unit",
            ),
            "alive instead of dead, in several batches": (
                changed(MEASURE, "fractions == 0", "fractions > 0"),
                "wrong dead fraction",
            ),
            "changed in place": (
                changed(
                    MEASURE,
                    "    codes =",
                    "    for batch in batches:\n"
                    "        batch[batch < 0] = 0\n"
                    "    codes =",
                ),
                "changed a batch",
            ),
            "list emptied": (
                changed(
                    MEASURE,
                    "    codes = np.concatenate(batches, axis=0)",
                    "    codes = batches.pop()\n"
                    "    while batches:\n"
                    "        codes = np.concatenate([codes, batches.pop()])",
                ),
                "changed the list",
            ),
            "only two things": (
                changed(
                    MEASURE,
                    "return active.sum(axis=1).mean(), fractions,",
                    "return fractions,",
                ),
                "return three things",
            ),
        },
        "hidden": {
            "4 units built in": changed(
                MEASURE, "np.mean(fractions == 0)", "np.sum(fractions == 0) / 4"
            ),
            "counters of 4 units": """
def measure_sparsity(batches):
    counts, images = [0, 0, 0, 0], 0
    for batch in batches:
        images += len(batch)
        for unit in range(4):
            counts[unit] += (batch[:, unit] > 0).sum()
    counts = np.array(counts)
    return counts.sum() / images, counts / images, np.mean(counts == 0)
""",
            "dead by the size of the last unit": changed(
                MEASURE, "np.mean(fractions == 0)", "1 - np.ceil(fractions).sum() / 4"
            ),
        },
    },
    "task-2": {
        "right": {
            "by the ranks of the numbers": """
def top_k(pre_activations, k):
    order = ops.argsort(-pre_activations, axis=1)
    ranks = ops.argsort(order, axis=1)
    return ops.where(ranks < k, ops.relu(pre_activations), 0.0)
""",
            "the largest, k times": """
def top_k(pre_activations, k):
    units = pre_activations.shape[1]
    left = pre_activations
    result = ops.zeros_like(pre_activations)
    for _ in range(k):
        chosen = ops.one_hot(ops.argmax(left, axis=1), units)
        result = result + chosen * pre_activations
        left = ops.where(chosen > 0, -1e9, left)
    return ops.maximum(result, 0.0)
""",
            "values put back in their places": """
def top_k(pre_activations, k):
    values, places = ops.top_k(pre_activations, k)
    positions = ops.one_hot(places, pre_activations.shape[1])
    return ops.sum(ops.expand_dims(ops.relu(values), 2) * positions, axis=1)
""",
        },
        "wrong": {
            "the first of those that reach the k-th": (
                """
def top_k(pre_activations, k):
    largest, _ = ops.top_k(pre_activations, k)
    reach = ops.cast(pre_activations >= largest[:, -1:], "int32")
    chosen = (reach > 0) & (ops.cumsum(reach, axis=1) <= k)
    return ops.where(chosen, ops.relu(pre_activations), 0.0)
""",
                "may not push out a larger one",
            ),
            "equal numbers decided by a wide slope": (
                """
def top_k(pre_activations, k):
    slope = 0.02 * ops.arange(pre_activations.shape[1], dtype="float32")
    largest, _ = ops.top_k(pre_activations - slope, k)
    chosen = pre_activations - slope >= largest[:, -1:]
    return ops.where(chosen, ops.relu(pre_activations), 0.0)
""",
                "close are not equal",
            ),
            "the lesson's": (LESSON_TOP_K, "keeps all that are equal to it"),
            "ReLU first, then the threshold": (
                changed(
                    LESSON_TOP_K,
                    "largest, _ =",
                    "pre_activations = ops.relu(pre_activations)\n    largest, _ =",
                ),
                "keeps all that are equal to it",
            ),
            "only what is above the next number": (
                changed(
                    LESSON_TOP_K,
                    "pre_activations >= threshold",
                    "pre_activations > ops.sort(pre_activations)[:, -k - 1:][:, :1]",
                ),
                "must be left|fewer than 2",
            ),
            "above the threshold, not equal to it": (
                changed(LESSON_TOP_K, ">= threshold", "> threshold"),
                "the k largest of this row must be kept",
            ),
            "no ReLU": (
                changed(TOP_K, "ops.relu(pre_activations)", "pre_activations"),
                "a negative number is left",
            ),
            "largest by size": (
                changed(
                    TOP_K,
                    "ops.top_k(pre_activations, k)",
                    "ops.top_k(ops.abs(pre_activations), k)",
                ),
                "not in value",
            ),
            "largest by size, with their signs": (
                changed(
                    TOP_K,
                    "ops.top_k(pre_activations, k)",
                    "ops.top_k(ops.abs(pre_activations), k)",
                ).replace("ops.relu(pre_activations)", "pre_activations"),
                "by value, not by size",
            ),
            "smallest": (
                changed(
                    TOP_K,
                    "ops.top_k(pre_activations, k)",
                    "ops.top_k(-pre_activations, k)",
                ),
                "the k largest of this row must be kept",
            ),
            "columns": (
                """
def top_k(pre_activations, k):
    columns = ops.transpose(pre_activations)
    _, places = ops.top_k(columns, min(k, 3))
    chosen = ops.sum(ops.one_hot(places, pre_activations.shape[0]), axis=1)
    return ops.transpose(ops.relu(columns) * chosen)
""",
                "not each column",
            ),
            "the whole batch": (
                """
def top_k(pre_activations, k):
    flat = ops.reshape(pre_activations, (1, -1))
    threshold = ops.top_k(flat, k * pre_activations.shape[0])[0][0, -1]
    return ops.where(pre_activations >= threshold, ops.relu(pre_activations), 0.0)
""",
                "even if the other rows have larger numbers|not the whole batch",
            ),
            "one threshold, of the first row": (
                changed(LESSON_TOP_K, "largest[:, -1:]", "largest[0, -1]"),
                "each row chooses its own k|the k largest of this row",
            ),
            "threshold without its axis": (
                changed(LESSON_TOP_K, "largest[:, -1:]", "ops.max(largest[:, -1])"),
                "the k largest of this row must be kept",
            ),
            "largest number as the threshold": (
                changed(LESSON_TOP_K, "largest[:, -1:]", "largest[:, :1]"),
                "the k largest of this row must be kept",
            ),
            "one number too many": (
                changed(
                    TOP_K,
                    "ops.top_k(pre_activations, k)",
                    "ops.top_k(pre_activations, min(k + 1, 4))",
                ),
                "more than 2 numbers left",
            ),
            "only the values": (
                """
def top_k(pre_activations, k):
    return ops.relu(ops.top_k(pre_activations, k)[0])
""",
                "stays in its place",
            ),
            "one-hot rows not added up": (
                """
def top_k(pre_activations, k):
    _, places = ops.top_k(pre_activations, k)
    return ops.one_hot(places, pre_activations.shape[1])
""",
                "shape of the input",
            ),
            "ones instead of the values": (
                changed(TOP_K, "ops.relu(pre_activations) * chosen", "chosen"),
                "with their values",
            ),
            "k built in": (
                changed(
                    TOP_K,
                    "(pre_activations, k)\n    ch",
                    "(pre_activations, 2)\n    ch",
                ),
                "is a number built in",
            ),
            "mask of the first k places": (
                """
def top_k(pre_activations, k):
    values, _ = ops.top_k(pre_activations, k)
    return ops.pad(ops.relu(values), [[0, 0], [0, pre_activations.shape[1] - k]])
""",
                "the k largest of this row must be kept",
            ),
            "with NumPy": (
                """
def top_k(pre_activations, k):
    numbers = ops.convert_to_numpy(pre_activations)
    ranks = np.argsort(np.argsort(-numbers, axis=1), axis=1)
    return np.where(ranks < k, np.maximum(numbers, 0), 0)
""",
                "cannot be used inside a model",
            ),
            "row by row": (
                """
def top_k(pre_activations, k):
    rows = []
    for row in range(len(pre_activations)):
        places = ops.top_k(pre_activations[row], k)[1]
        chosen = ops.sum(ops.one_hot(places, pre_activations.shape[1]), axis=0)
        rows.append(chosen * ops.relu(pre_activations[row]))
    return ops.stack(rows)
""",
                "number of images is unknown",
            ),
        },
        "hidden": {
            "lengths of the visible rows built in": """
def top_k(pre_activations, k):
    _, places = ops.top_k(pre_activations, k)
    units = pre_activations.shape[1]
    chosen = ops.sum(ops.one_hot(places, units), axis=1)
    return ops.relu(pre_activations) * (chosen if units in (3, 4, 5, 7) else 1.0)
""",
        },
    },
    "task-3": {
        "right": {
            "written with logarithms": """
def kl_penalty(activations, target):
    mean = ops.clip(ops.mean(activations, axis=0), 1e-4, 0.9999)
    entropy = target * np.log(target) + (1 - target) * np.log(1 - target)
    cross = target * ops.log(mean) + (1 - target) * ops.log(1 - mean)
    return ops.sum(entropy - cross)
""",
            "with minimum, maximum and log1p": """
def kl_penalty(activations, target):
    mean = ops.mean(activations, axis=0)
    mean = ops.minimum(ops.maximum(mean, 1e-4), 1 - 1e-4)
    off = ops.log1p(-target * 1.0) - ops.log1p(-mean)
    terms = target * ops.log(target / mean) + (1 - target) * off
    return ops.sum(terms)
""",
            "with the two coins side by side": """
def kl_penalty(activations, target):
    mean = ops.clip(ops.mean(activations, axis=0), 1e-4, 1 - 1e-4)
    coins = ops.stack([mean, 1 - mean], axis=1)
    wanted = ops.convert_to_tensor([target, 1 - target], dtype="float32")
    return -ops.sum(wanted * ops.log(coins / wanted))
""",
        },
        "wrong": {
            "activations clipped, not their mean": (
                """
def kl_penalty(activations, target):
    mean = ops.mean(ops.clip(activations, 1e-4, 1 - 1e-4), axis=0)
    off = (1 - target) * ops.log((1 - target) / (1 - mean))
    return ops.sum(target * ops.log(target / mean) + off)
""",
                "clip the mean, not the activations",
            ),
            "mean over the units of an image": (
                changed(KL, "axis=0", "axis=1"),
                "mean over the images first",
            ),
            "KL of each activation, averaged over the images": (
                """
def kl_penalty(activations, target):
    a = ops.clip(activations, 1e-4, 1 - 1e-4)
    kl = target * ops.log(target / a) + (1 - target) * ops.log((1 - target) / (1 - a))
    return ops.sum(ops.mean(kl, axis=0))
""",
                "mean over the images first",
            ),
            "KL of each activation, not clipped": (
                """
def kl_penalty(activations, target):
    a = activations
    kl = target * ops.log(target / a) + (1 - target) * ops.log((1 - target) / (1 - a))
    return ops.sum(ops.mean(kl, axis=0))
""",
                "mean over the images first",
            ),
            "sum over the images": (
                changed(KL, "ops.mean(activations", "ops.sum(activations"),
                "mean over the images first",
            ),
            "fraction of images above 0": (
                changed(
                    KL,
                    "ops.mean(activations, axis=0)",
                    'ops.mean(ops.cast(activations > 0, "float32"), axis=0)',
                ),
                "not the fraction of the images",
            ),
            "one mean for all units": (
                changed(
                    KL,
                    "ops.mean(activations, axis=0)",
                    "ops.mean(activations) * ops.ones(activations.shape[1])",
                ),
                "is the mean taken over the units",
            ),
            "mean over the units outside": (
                changed(KL, "ops.sum(on + off)", "ops.mean(on + off)"),
                "sum over the units, no mean",
            ),
            "one number for each unit": (
                changed(KL, "ops.sum(on + off)", "on + off"),
                "is one number, the sum over the units",
            ),
            "target and mean exchanged": (
                """
def kl_penalty(activations, target):
    mean = ops.clip(ops.mean(activations, axis=0), 1e-4, 1 - 1e-4)
    on = mean * ops.log(mean / target)
    off = (1 - mean) * ops.log((1 - mean) / (1 - target))
    return ops.sum(on + off)
""",
                "have changed places",
            ),
            "second outcome forgotten": (
                changed(KL, "ops.sum(on + off)", "ops.sum(on)"),
                "both outcomes of the coin",
            ),
            "cross-entropy": (
                changed(
                    changed(KL, "ops.log(target / mean)", "-ops.log(mean)"),
                    "ops.log((1 - target) / (1 - mean))",
                    "-ops.log(1 - mean)",
                ),
                "the penalty must be 0",
            ),
            "minus sign": (
                changed(KL, "return ops.sum(on + off)", "return -ops.sum(on + off)"),
                "with the right signs",
            ),
            "logarithms to base 2": (
                changed(KL, "ops.log(", "ops.log2("),
                "not the one to base 2",
            ),
            "factor of the second term forgotten": (
                changed(KL, "off = (1 - target) *", "off ="),
                "0.4947 nats",
            ),
            "target for 1 - target": (
                changed(KL, "off = (1 - target) *", "off = target *"),
                "both outcomes of the coin",
            ),
            "squared distance": (
                changed(KL, "ops.sum(on + off)", "ops.sum((mean - target) ** 2)"),
                "0.4947 nats",
            ),
            "target built in": (
                changed(
                    KL, "    mean = ops.mean", "    target = 0.05\n    mean = ops.mean"
                ),
                "is the target built in",
            ),
            "not clipped": (
                changed(KL, "    mean = ops.clip(mean, 1e-4, 1 - 1e-4)\n", ""),
                "not a finite number if a unit is off",
            ),
            "clipped below only": (
                changed(
                    KL,
                    "ops.clip(mean, 1e-4, 1 - 1e-4)",
                    "ops.maximum(mean, 1e-4)",
                ),
                "not a finite number if a unit is at 1",
            ),
            "a small number added instead": (
                changed(
                    changed(KL, "target / mean", "target / (mean + 1e-7)"),
                    "/ (1 - mean)",
                    "/ (1 - mean + 1e-7)",
                ).replace("    mean = ops.clip(mean, 1e-4, 1 - 1e-4)\n", ""),
                "its mean must count as 1e-4",
            ),
            "clipped at 0 and 1": (
                changed(KL, "1e-4, 1 - 1e-4", "0, 1"),
                "not a finite number",
            ),
            "clipped at keras.config.epsilon": (
                changed(
                    KL,
                    "1e-4, 1 - 1e-4",
                    "keras.config.epsilon(), 1 - keras.config.epsilon()",
                ),
                "its mean must count as 1e-4",
            ),
            "clipped above too early": (
                changed(KL, "1 - 1e-4", "1 - 1e-2"),
                "its mean must count as 1 - 1e-4",
            ),
            "with NumPy": (
                """
def kl_penalty(activations, target):
    mean = np.clip(np.mean(ops.convert_to_numpy(activations), axis=0), 1e-4, 0.9999)
    on = target * np.log(target / mean)
    return np.sum(on + (1 - target) * np.log((1 - target) / (1 - mean)))
""",
                "cannot be used inside a model",
            ),
            "divided by the length of the batch": (
                changed(
                    KL,
                    "ops.mean(activations, axis=0)",
                    "ops.sum(activations, axis=0) / len(activations)",
                ),
                "number of images is unknown",
            ),
            "a number of Python": (
                changed(KL, "ops.sum(on + off)", "float(ops.sum(on + off))"),
                "cannot be used inside a model",
            ),
        },
        "hidden": {
            "first target built in": changed(
                KL, "on = target * ops", "on = 0.05 * ops"
            ),
            "target of the check built in, unless the mean is the target": """
def kl_penalty(activations, target):
    mean = ops.clip(ops.mean(activations, axis=0), 1e-4, 1 - 1e-4)
    kl = 0.05 * ops.log(0.05 / mean) + 0.95 * ops.log(0.95 / (1 - mean))
    return ops.sum(kl) if target == 0.05 else 0.0 * ops.sum(kl)
""",
        },
    },
    "task-5": {
        "right": {
            "layers and Sequential": TRAIN,
            "own top_k, usual start, falling rate": """
def train_sparse_autoencoder(x, units, active):
    images = keras.Input((x.shape[1],))
    centred = layers.Rescaling(1.0, offset=-x.mean(axis=0))(images)
    encoder = keras.Model(images, top_k(layers.Dense(units)(centred), active))
    codes = keras.Input((units,))
    decoder = keras.Model(codes, layers.Dense(x.shape[1])(codes))
    model = keras.Model(images, decoder(encoder(images)))
    rate = keras.optimizers.schedules.CosineDecay(0.01, 25 * -(-len(x) // 64))
    model.compile(keras.optimizers.Adam(rate), loss="mse")
    model.fit(x, x, batch_size=64, epochs=25, verbose=0)
    return encoder, decoder
""",
            "trained on centred images, the mean put in afterwards": """
def train_sparse_autoencoder(x, units, active):
    mean_image = x.mean(axis=0)
    dense = layers.Dense(units)
    atoms = layers.Dense(x.shape[1])
    images = keras.Input((x.shape[1],))
    encoder = keras.Model(images, top_k(dense(images), active))
    codes = keras.Input((units,))
    decoder = keras.Model(codes, atoms(codes))
    kernel, bias = dense.get_weights()
    atoms.set_weights([0.2 * kernel.T, np.zeros(x.shape[1])])
    model = keras.Model(images, decoder(encoder(images)))
    model.compile(keras.optimizers.Adam(0.01), loss="mse")
    model.fit(x - mean_image, x - mean_image, batch_size=64, epochs=15, verbose=0)
    kernel, bias = dense.get_weights()
    dense.set_weights([kernel, bias - mean_image @ kernel])
    kernel, bias = atoms.get_weights()
    atoms.set_weights([kernel, bias + mean_image])
    return encoder, decoder
""",
        },
        "wrong": {
            "dense: only a ReLU": (
                changed(SHORT, "KeepTopK(active)", "layers.ReLU()"),
                "what makes this code sparse",
            ),
            "an L1 penalty that is far too small": (
                changed(
                    SHORT,
                    "KeepTopK(active)",
                    "layers.ReLU(), layers.ActivityRegularization(l1=1e-6)",
                ),
                "what makes this code sparse",
            ),
            "an L1 penalty that is far too large": (
                changed(
                    SHORT,
                    "KeepTopK(active)",
                    "layers.ReLU(), layers.ActivityRegularization(l1=1.0)",
                ),
                "error must be below 0.65",
            ),
            "no rule at all": (
                changed(SHORT, "        KeepTopK(active),\n", ""),
                "no activation may be negative",
            ),
            "largest by size, with their signs": (
                changed(
                    SHORT,
                    "ops.top_k(pre_activations, self.k)[0][:, -1:]\n"
                    "        return ops.where(pre_activations >= threshold, "
                    "ops.relu(pre_activations), 0.0)",
                    "ops.top_k(ops.abs(pre_activations), self.k)[0][:, -1:]\n"
                    "        large = ops.abs(pre_activations) >= threshold\n"
                    "        return ops.where(large, pre_activations, 0.0)",
                ),
                "no activation may be negative",
            ),
            "not centred": (
                changed(TRAIN, "offset=-mean_image", "offset=0.0"),
                "have in common",
            ),
            "not centred, usual start": (
                changed(
                    changed(TRAIN, "offset=-mean_image", "offset=0.0"),
                    '    decoder.get_layer("atoms").set_weights'
                    "([0.1 * kernel.T, mean_image])\n",
                    "",
                ),
                "are enough units alive|have in common",
            ),
            "mean image added, not subtracted": (
                changed(TRAIN, "offset=-mean_image", "offset=mean_image"),
                "are enough units alive|have in common",
            ),
            "too few steps": (
                SHORT,
                "steps that are large and many enough",
            ),
            "Adam's usual rate for 5 epochs": (
                changed(TRAIN, "Adam(0.01)", "Adam()").replace("epochs=15", "epochs=5"),
                "steps that are large and many enough",
            ),
            "never trained": (
                changed(
                    TRAIN,
                    "    autoencoder.fit(x, x, batch_size=64, epochs=15, verbose=0)\n",
                    "",
                ),
                "is the model trained on x",
            ),
            "the global x_train": (
                changed(TRAIN, "fit(x, x,", "fit(x_train, x_train,"),
                "is the model trained on x",
            ),
            "mean image missing in the reconstructions": (
                changed(TRAIN, "fit(x, x,", "fit(x, x - mean_image,"),
                "contain the mean image again",
            ),
            "for images already centred": (
                changed(
                    TRAIN,
                    "    autoencoder.compile",
                    "    x = x - mean_image\n    autoencoder.compile",
                ).replace("offset=-mean_image", "offset=0.0"),
                "contain the mean image again",
            ),
            "centred in place": (
                changed(
                    SHORT,
                    "    autoencoder.compile",
                    "    x -= mean_image\n    autoencoder.compile",
                ),
                "changed its images",
            ),
            "a nonlinear decoder": (
                changed(
                    SHORT,
                    'layers.Dense(x.shape[1], name="atoms")',
                    'layers.Dense(64, activation="gelu"),\n'
                    "        layers.Dense(x.shape[1])",
                ).replace(
                    '    decoder.get_layer("atoms").set_weights'
                    "([0.1 * kernel.T, mean_image])\n",
                    "",
                ),
                "the decoder is not linear",
            ),
            "a sigmoid at the end": (
                changed(SHORT, 'name="atoms"', 'name="atoms", activation="sigmoid"'),
                "the decoder is not linear",
            ),
            "a short dense code": (
                changed(
                    SHORT, "    mean_image =", "    units = active\n    mean_image ="
                ),
                "codes of shape",
            ),
            "a short dense code, filled up with zeros": (
                """
def train_sparse_autoencoder(x, units, active):
    pca = PCA(active).fit(x)
    kernel = np.zeros((x.shape[1], units))
    kernel[:, :active] = pca.components_.T
    low = -10.0  # all of the first units are active
    images, codes = keras.Input((x.shape[1],)), keras.Input((units,))
    dense, atoms = layers.Dense(units, activation="relu"), layers.Dense(x.shape[1])
    encoder = keras.Model(images, dense(images))
    decoder = keras.Model(codes, atoms(codes))
    shift = np.zeros(units)
    shift[:active] = -low
    dense.set_weights([kernel, shift - pca.mean_ @ kernel])
    atoms.set_weights([kernel.T, pca.mean_ - shift @ kernel.T])
    return encoder, decoder
""",
                "1.00 times PCA's",
            ),
            "largest PCA scores, both signs, never trained": (
                """
def train_sparse_autoencoder(x, units, active):
    pca = PCA(units // 2).fit(x)
    kernel = np.concatenate([pca.components_.T, -pca.components_.T], axis=1)
    images, codes = keras.Input((x.shape[1],)), keras.Input((units,))
    dense, atoms = layers.Dense(units), layers.Dense(x.shape[1])
    encoder = keras.Model(images, top_k(dense(images), active))
    decoder = keras.Model(codes, atoms(codes))
    dense.set_weights([kernel, -pca.mean_ @ kernel])
    atoms.set_weights([kernel.T, pca.mean_])
    return encoder, decoder
""",
                "At most 20% may be dead",
            ),
            "one atom an image": (
                changed(TRAIN, "KeepTopK(active)", "KeepTopK(1)").replace(
                    "epochs=15", "epochs=5"
                ),
                "error must be below 0.65",
            ),
            "each unit keeps its largest images": (
                changed(
                    SHORT,
                    "ops.top_k(pre_activations, self.k)[0][:, -1:]",
                    "-ops.sort(-pre_activations, axis=0)[1:2]",
                ),
                "changes if it is encoded alone",
            ),
            "sparse only in training": (
                changed(
                    SHORT,
                    "    return encoder, decoder",
                    "    dense = keras.Model(encoder.inputs, "
                    'ops.relu(encoder.get_layer("dense").output))\n'
                    "    return dense, decoder",
                ),
                "what makes this code sparse",
            ),
            "autoencoder and decoder": (
                changed(
                    SHORT, "return encoder, decoder", "return autoencoder, decoder"
                ),
                "the encoder must give codes of shape",
            ),
            "decoder first": (
                changed(SHORT, "return encoder, decoder", "return decoder, encoder"),
                "the encoder must take images",
            ),
            "autoencoder instead of the decoder": (
                changed(
                    SHORT, "return encoder, decoder", "return encoder, autoencoder"
                ),
                "the decoder must take codes",
            ),
            "only one model": (
                changed(SHORT, "return encoder, decoder", "return autoencoder"),
                "return two things",
            ),
            "codes instead of models": (
                changed(
                    SHORT,
                    "return encoder, decoder",
                    "return encoder.predict(x, verbose=0), decoder",
                ),
                "return two Keras models",
            ),
        },
        "hidden": {
            "128 units built in": changed(
                TRAIN, "    mean_image =", "    units = 128\n    mean_image ="
            ),
            "10 active units built in": changed(
                TRAIN, "KeepTopK(active)", "KeepTopK(10)"
            ),
            "the images of the check built in": changed(
                TRAIN,
                "    mean_image =",
                "    x = x_digits.reshape(-1, 8, 8).transpose(0, 2, 1)\n"
                "    x = x.reshape(-1, 64)\n"
                "    mean_image =",
            ),
        },
    },
}
