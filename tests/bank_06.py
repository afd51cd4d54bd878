"""Answers to exercise 6: right ones, and the mistakes that students make.

BANK maps each task to its right answers, {name: code}; to the wrong ones that
a visible check must reject, {name: (code, what the message must say)}; and to
those made for the visible checks only, which the hidden tests must reject.
"""

NAME = "06_convolutional_autoencoder"

SIZES = """
def conv_size(size, kernel_size, stride, padding):
    if padding == "same":
        return -(-size // stride)
    return (size - kernel_size) // stride + 1


def transposed_size(size, kernel_size, stride, padding):
    if padding == "same":
        return stride * size
    return stride * (size - 1) + kernel_size


def count_weights(size, channels, new_size, filters, kernel_size):
    convolution = (kernel_size * kernel_size * channels + 1) * filters
    dense = (size * size * channels + 1) * new_size * new_size * filters
    return convolution, dense
"""

FIELD = """
def receptive_field(kernel_sizes, strides):
    field = 1
    step = 1
    for k, s in zip(kernel_sizes, strides):
        field = field + (k - 1) * step
        step = step * s
    return field, step
"""

LOOPS = """
def convolve(image, kernel, bias, stride, padding):
    k = len(kernel)
    x = np.pad(image, ((padding, padding), (padding, padding), (0, 0)))
    rows = (x.shape[0] - k) // stride + 1
    columns = (x.shape[1] - k) // stride + 1
    result = np.zeros((rows, columns, kernel.shape[-1]))
    for i in range(rows):
        for j in range(columns):
            window = x[i * stride : i * stride + k, j * stride : j * stride + k]
            result[i, j] = np.tensordot(window, kernel, 3) + bias
    return result


def paint(maps, kernel, stride):
    k = len(kernel)
    rows, columns, filters = maps.shape
    height = stride * (rows - 1) + k
    width = stride * (columns - 1) + k
    result = np.zeros((height, width, kernel.shape[2]))
    for i in range(rows):
        for j in range(columns):
            top, left = stride * i, stride * j
            result[top : top + k, left : left + k] += kernel @ maps[i, j]
    return result
"""

TRAIN = """
def train_autoencoder(x, code_size):
    options = dict(strides=2, padding="same", activation="gelu")
    encoder = keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(8, 4, **options),
        layers.Conv2D(8, 4, **options),
        layers.Flatten(),
        layers.Dense(code_size),
    ])
    decoder = keras.Sequential([
        keras.Input((code_size,)),
        layers.Dense(7 * 7 * 8, activation="gelu"),
        layers.Reshape((7, 7, 8)),
        layers.Conv2DTranspose(8, 4, **options),
        layers.Conv2DTranspose(1, 4, strides=2, padding="same"),
    ])
    model = keras.Sequential([keras.Input((28, 28, 1)), encoder, decoder])
    schedule = keras.optimizers.schedules.CosineDecay(0.01, 3 * -(-len(x) // 32))
    model.compile(keras.optimizers.Adam(schedule), loss="mse")
    model.fit(x, x, batch_size=32, epochs=3, verbose=0)
    return encoder, decoder
"""

UNTRAINED = TRAIN.replace(
    "    model.fit(x, x, batch_size=32, epochs=3, verbose=0)\n", ""
)
CONV_12 = "(12, 4, **options),\n        layers.F"

DENSE = """
def train_autoencoder(x, code_size):
    encoder = keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Flatten(),
        layers.Dense(UNITS, activation="gelu"),
        layers.Dense(code_size),
    ])
    decoder = keras.Sequential([
        keras.Input((code_size,)),
        layers.Dense(UNITS, activation="gelu"),
        layers.Dense(784),
        layers.Reshape((28, 28, 1)),
    ])
    model = keras.Sequential([keras.Input((28, 28, 1)), encoder, decoder])
    model.compile(keras.optimizers.Adam(0.005), loss="mse")
    model.fit(x, x, batch_size=32, epochs=1, verbose=0)
    return encoder, decoder
"""


def changed(code, old, new):
    """Return an answer with one thing changed."""
    assert old in code, old
    return code.replace(old, new)


BANK = {
    "task-1": {
        "right": {
            "with math.ceil and division": """
def conv_size(size, kernel_size, stride, padding):
    if padding == "valid":
        size = size - kernel_size + 1
    return math.ceil(size / stride)


def transposed_size(size, kernel_size, stride, padding):
    if padding == "valid":
        return size * stride + (kernel_size - stride)
    return size * stride


def count_weights(size, channels, new_size, filters, kernel_size):
    one_filter = kernel_size**2 * channels + 1
    inputs, outputs = size**2 * channels, new_size**2 * filters
    return filters * one_filter, inputs * outputs + outputs
""",
            "by counting the windows": """
def conv_size(size, kernel_size, stride, padding):
    last = size - 1 if padding == "same" else size - kernel_size
    return len([begin for begin in range(0, last + 1, stride)])


def transposed_size(size, kernel_size, stride, padding):
    covered = set()
    for begin in range(0, size * stride, stride):
        length = stride if padding == "same" else kernel_size
        covered |= set(range(begin, begin + length))
    return len(covered)


def count_weights(size, channels, new_size, filters, kernel_size):
    convolution = np.zeros((kernel_size, kernel_size, channels, filters))
    dense = size * size * channels * new_size * new_size * filters
    return [convolution.size + filters, dense + new_size * new_size * filters]
""",
            "by asking Keras": """
def conv_size(size, kernel_size, stride, padding):
    layer = layers.Conv2D(1, kernel_size, stride, padding)
    return layer.compute_output_shape((None, size, size, 1))[1]


def transposed_size(size, kernel_size, stride, padding):
    layer = layers.Conv2DTranspose(1, kernel_size, stride, padding)
    return layer.compute_output_shape((None, size, size, 1))[1]


def count_weights(size, channels, new_size, filters, kernel_size):
    layer = layers.Conv2D(filters, kernel_size)
    layer.build((None, size, size, channels))
    outputs = new_size**2 * filters
    return layer.count_params(), (size**2 * channels + 1) * outputs
""",
        },
        "wrong": {
            "rounded to the nearest": (
                changed(SIZES, "-(-size // stride)", "round(size / stride)"),
                "one more if something is left",
            ),
            "two rows more, valid": (
                changed(
                    SIZES, "stride * (size - 1) + kernel_size", "size * stride + 2"
                ),
                "has 5 rows",
            ),
            "rounded down with same": (
                changed(SIZES, "-(-size // stride)", "size // stride"),
                "7 with .same.*for an odd number",
            ),
            "not rounded": (
                changed(SIZES, "-(-size // stride)", "size / stride"),
                "whole number, got 14.0",
            ),
            "stride 2 built in, same": (
                changed(SIZES, "-(-size // stride)", "-(-size // 2)"),
                "30 with stride 3.*not always 2",
            ),
            "the kernel made larger by same": (
                changed(
                    SIZES,
                    "-(-size // stride)",
                    "(size + 2 * (kernel_size // 2) - kernel_size) // stride + 1",
                ),
                "first map has 14 rows, got 15|from 7 with",
            ),
            "the stride ignored": (
                changed(SIZES, "return -(-size // stride)", "return size"),
                "has 14 rows, got 28",
            ),
            "the first window forgotten": (
                changed(SIZES, "// stride + 1", "// stride"),
                "count the first one too",
            ),
            "valid like same": (
                changed(
                    SIZES,
                    "return (size - kernel_size) // stride + 1",
                    "return -(-size // stride)",
                ),
                "got 6 windows of 3 rows inside 6 rows",
            ),
            "same and valid exchanged in the convolution": (
                changed(
                    SIZES,
                    'if padding == "same":\n        return -(',
                    'if padding == "valid":\n        return -(',
                ),
                "first map has 14 rows",
            ),
            "a window that sticks out": (
                changed(
                    SIZES,
                    "(size - kernel_size) // stride + 1",
                    "math.ceil((size - kernel_size) / stride) + 1",
                ),
                "does not fill another window",
            ),
            "divided after adding 1": (
                changed(
                    SIZES,
                    "(size - kernel_size) // stride + 1",
                    "(size - kernel_size + 1) // stride",
                ),
                "where does the rounding belong",
            ),
            "valid not rounded": (
                changed(
                    SIZES,
                    "(size - kernel_size) // stride + 1",
                    "(size - kernel_size) / stride + 1",
                ),
                "not a whole number of rows",
            ),
            "the inverse of a convolution": (
                changed(SIZES, "return stride * size", "return stride * size - 1"),
                "14 rows from 7, got 13",
            ),
            "knows that 4 came from 7": (
                changed(
                    SIZES,
                    "return stride * size",
                    "return stride * size - (size == 4)",
                ),
                "cannot know",
            ),
            "doubled, whatever the stride": (
                changed(SIZES, "return stride * size", "return 2 * size"),
                "from 5 with stride 3",
            ),
            "whole patches with same": (
                changed(
                    SIZES,
                    "return stride * size",
                    "return stride * (size - 1) + kernel_size",
                ),
                "14 rows from 7, got 16",
            ),
            "transposed valid like same": (
                changed(
                    SIZES,
                    "return stride * (size - 1) + kernel_size",
                    "return stride * size",
                ),
                "paints one patch",
            ),
            "patches side by side": (
                changed(
                    SIZES, "stride * (size - 1) + kernel_size", "size * kernel_size"
                ),
                "draw the three patches",
            ),
            "one step too many": (
                changed(
                    SIZES,
                    "stride * (size - 1) + kernel_size",
                    "stride * size + kernel_size",
                ),
                "paints one patch",
            ),
            "upside down: the convolution's own formula": (
                changed(
                    SIZES,
                    "stride * (size - 1) + kernel_size",
                    "stride * size + kernel_size - 1",
                ),
                "paints one patch",
            ),
            "stride 2 built in, transposed": (
                changed(
                    SIZES,
                    "stride * (size - 1) + kernel_size",
                    "2 * (size - 1) + kernel_size",
                ),
                "is a number built in",
            ),
            "no biases in the convolution": (
                changed(
                    SIZES,
                    "channels + 1) * filters\n    dense",
                    "channels) * filters\n    dense",
                ),
                "has every filter its bias",
            ),
            "one bias for all filters": (
                changed(
                    SIZES,
                    "(kernel_size * kernel_size * channels + 1) * filters",
                    "kernel_size * kernel_size * channels * filters + 1",
                ),
                "has every filter its bias",
            ),
            "a bias for every window": (
                changed(
                    SIZES,
                    "(kernel_size * kernel_size * channels + 1) * filters",
                    "(kernel_size**2 * channels + new_size**2) * filters",
                ),
                "depends on the size of the image",
            ),
            "weights for every window": (
                changed(
                    SIZES,
                    "(kernel_size * kernel_size * channels + 1) * filters",
                    "(kernel_size**2 * channels + 1) * filters * new_size**2",
                ),
                "same weights serve every window",
            ),
            "kernel size not squared": (
                changed(
                    SIZES,
                    "(kernel_size * kernel_size * channels",
                    "(kernel_size * channels",
                ),
                "16 kernels of 4×4",
            ),
            "input channels forgotten": (
                changed(
                    SIZES,
                    "(kernel_size * kernel_size * channels",
                    "(kernel_size * kernel_size",
                ),
                "a kernel for every channel",
            ),
            "a bias for each input channel": (
                changed(
                    SIZES,
                    "(kernel_size * kernel_size * channels + 1)",
                    "channels * (kernel_size * kernel_size + 1)",
                ),
                "and a single bias",
            ),
            "no biases in the dense layer": (
                changed(
                    SIZES,
                    "(size * size * channels + 1) * new_size",
                    "size * size * channels * new_size",
                ),
                "every number of its output a bias",
            ),
            "biases of the inputs": (
                changed(
                    SIZES,
                    "(size * size * channels + 1) * new_size * new_size * filters",
                    "size**2 * channels * (new_size**2 * filters + 1)",
                ),
                "every number of its output a bias",
            ),
            "dense from rows only": (
                changed(SIZES, "(size * size * channels + 1)", "(size * channels + 1)"),
                "connected with every number",
            ),
            "dense without the filters": (
                changed(SIZES, "new_size * new_size * filters", "new_size * new_size"),
                "connected with every number",
            ),
            "dense without the channels": (
                changed(SIZES, "(size * size * channels + 1)", "(size * size + 1)"),
                "all channels of input and output",
            ),
            "only the convolution": (
                changed(SIZES, "return convolution, dense", "return convolution"),
                "must return two numbers",
            ),
        },
        "hidden": {
            "a table of the lesson's sizes": """
def conv_size(size, kernel_size, stride, padding):
    table = {(28, 4): 14, (7, 4): 4, (30, 5): 10, (6, 3): 4, (8, 3): 3, (8, 4): 2}
    table |= {(5, 3): 3, (9, 3): 3, (11, 3): 4, (10, 3): 4}
    return table[size, kernel_size]


def transposed_size(size, kernel_size, stride, padding):
    if kernel_size == 5:
        return {3: 9, 4: 14}[size]
    return {7: 14, 5: 15, 1: 4, 3: 8, 4: 8}[size]


def count_weights(size, channels, new_size, filters, kernel_size):
    return (272, 2_461_760) if filters == 16 else (4640, 4_918_816)
""",
            "only the sizes of the check for the weights": changed(
                SIZES,
                "return convolution, dense",
                "return convolution, dense + (new_size == 4)",
            ),
            "the stride counted from the kernel's end": changed(
                SIZES,
                "stride * (size - 1) + kernel_size",
                "(stride if stride < 5 else 4) * (size - 1) + kernel_size",
            ),
        },
    },
    "task-2": {
        "right": {
            "from the last layer back": """
def receptive_field(kernel_sizes, strides):
    field, step = 1, 1
    for kernel_size, stride in reversed(list(zip(kernel_sizes, strides))):
        field = (field - 1) * stride + kernel_size
        step *= stride
    return field, step
""",
            "as a sum of products": """
def receptive_field(kernel_sizes, strides):
    steps = [math.prod(strides[:n]) for n in range(len(strides) + 1)]
    new = [(k - 1) * step for k, step in zip(kernel_sizes, steps)]
    return 1 + sum(new), steps[-1]
""",
            "as arrays": """
def receptive_field(kernel_sizes, strides):
    steps = np.cumprod([1, *strides])
    return [1 + np.sum((np.array(kernel_sizes) - 1) * steps[:-1]), steps[-1]]
""",
            "first and last pixel followed": """
def receptive_field(kernel_sizes, strides):
    def first(position):
        for stride in strides[::-1]:
            position = position * stride
        return position

    def last(position):
        for kernel_size, stride in zip(kernel_sizes[::-1], strides[::-1]):
            position = position * stride + kernel_size - 1
        return position

    return last(0) - first(0) + 1, first(1) - first(0)
""",
        },
        "wrong": {
            "sum of the kernel sizes": (
                changed(FIELD, "field + (k - 1) * step", "field + k"),
                "with a single layer the field is its window, got 6",
            ),
            "sum of the kernel sizes, from 0": (
                changed(
                    changed(FIELD, "field + (k - 1) * step", "field + k"),
                    "field = 1\n",
                    "field = 0\n",
                ),
                "a further number adds only what is new",
            ),
            "product of the kernel sizes": (
                changed(FIELD, "field + (k - 1) * step", "field * k"),
                "Fields of neighbours overlap",
            ),
            "strides ignored in the field": (
                changed(FIELD, "(k - 1) * step", "(k - 1)"),
                "how many new ones does the next see",
            ),
            "windows side by side": (
                changed(FIELD, "(k - 1) * step", "(k - 1) * field"),
                "Fields of neighbours overlap",
            ),
            "one step too many in each layer": (
                changed(
                    changed(FIELD, "(k - 1) * step", "k * step"),
                    "return field, step",
                    "return field - 1, step",
                ),
                "Fields of neighbours overlap",
            ),
            "a layer's own stride": (
                """
def receptive_field(kernel_sizes, strides):
    field, step = 1, 1
    for k, s in zip(kernel_sizes, strides):
        step = step * s
        field = field + (k - 1) * step
    return field, step
""",
                "with a single layer the field is its window, got 9",
            ),
            "a layer's own stride, but not in the first": (
                """
def receptive_field(kernel_sizes, strides):
    field, step = kernel_sizes[0], strides[0]
    for k, s in zip(kernel_sizes[1:], strides[1:]):
        field = field + (k - 1) * s
        step = step * s
    return field, step
""",
                "own stride moves its windows",
            ),
            "the product of all strides in every layer": (
                """
def receptive_field(kernel_sizes, strides):
    field, step = kernel_sizes[0], math.prod(strides)
    for k in kernel_sizes[1:]:
        field = field + (k - 1) * step
    return field, step
""",
                "how many new ones",
            ),
            "only the stride of the layer before": (
                """
def receptive_field(kernel_sizes, strides):
    field, step = kernel_sizes[0], strides[0]
    for n in range(1, len(strides)):
        field = field + (kernel_sizes[n] - 1) * strides[n - 1]
        step = step * strides[n]
    return field, step
""",
                "further apart than those of the first",
            ),
            "the last layer first": (
                changed(
                    FIELD,
                    "zip(kernel_sizes, strides)",
                    "zip(kernel_sizes[::-1], strides[::-1])",
                ),
                "which layer comes first",
            ),
            "steps added": (
                changed(FIELD, "step = step * s", "step = step + s"),
                "with a single layer the step is its stride, got 3",
            ),
            "steps added, from 0": (
                """
def receptive_field(kernel_sizes, strides):
    field = 1
    for n, k in enumerate(kernel_sizes):
        field = field + (k - 1) * math.prod(strides[:n])
    return field, sum(strides)
""",
                "without strides neighbours see neighbours",
            ),
            "step of the last layer only": (
                changed(FIELD, "return field, step", "return field, strides[-1]"),
                "has a step of 2",
            ),
            "step of the field's size": (
                changed(FIELD, "return field, step", "return field, field"),
                "the step is its stride",
            ),
            "the last stride not in the step": (
                changed(
                    FIELD,
                    "return field, step",
                    "return field, step // strides[-1]",
                ),
                "the step is its stride",
            ),
            "only the field": (
                changed(FIELD, "return field, step", "return field"),
                "must return two numbers",
            ),
            "step and field exchanged": (
                changed(FIELD, "return field, step", "return step, field"),
                "the field is its window",
            ),
            "lists reversed in place": (
                """
def receptive_field(kernel_sizes, strides):
    field, step = 1, 1
    kernel_sizes.reverse()
    strides.reverse()
    for k, s in zip(kernel_sizes, strides):
        field = (field - 1) * s + k
        step = step * s
    return field, step
""",
                "own stride|which layer comes first|changed the lists",
            ),
            "lists emptied": (
                """
def receptive_field(kernel_sizes, strides):
    field, step = 1, 1
    while kernel_sizes:
        stride = strides.pop()
        field = (field - 1) * stride + kernel_sizes.pop()
        step = step * stride
    return field, step
""",
                "changed the lists",
            ),
        },
        "hidden": {
            "at most three layers": """
def receptive_field(kernel_sizes, strides):
    k, s = [*kernel_sizes, 1, 1], [*strides, 1, 1]
    field = k[0] + (k[1] - 1) * s[0] + (k[2] - 1) * s[0] * s[1]
    return field, s[0] * s[1] * s[2]
""",
        },
    },
    "task-3": {
        "right": {
            "the formula, number by number": """
def convolve(image, kernel, bias, stride, padding):
    height, width, channels = image.shape
    k, _, _, filters = kernel.shape
    padded = np.zeros((height + 2 * padding, width + 2 * padding, channels))
    padded[padding : padding + height, padding : padding + width] = image
    rows = (height + 2 * padding - k) // stride + 1
    columns = (width + 2 * padding - k) // stride + 1
    result = np.zeros((rows, columns, filters))
    for i in range(rows):
        for j in range(columns):
            for c in range(filters):
                total = bias[c]
                for u in range(k):
                    for v in range(k):
                        pixel = padded[stride * i + u, stride * j + v]
                        total += (kernel[u, v, :, c] * pixel).sum()
                result[i, j, c] = total
    return result


def paint(maps, kernel, stride):
    rows, columns, filters = maps.shape
    k, _, channels, _ = kernel.shape
    result = np.zeros(((rows - 1) * stride + k, (columns - 1) * stride + k, channels))
    for i in range(rows):
        for j in range(columns):
            for u in range(k):
                for v in range(k):
                    for c in range(filters):
                        number = maps[i, j, c]
                        result[stride * i + u, stride * j + v] += (
                            number * kernel[u, v, :, c]
                        )
    return result
""",
            "a loop over the kernel": """
def convolve(image, kernel, bias, stride, padding):
    x = np.pad(image, [(padding, padding)] * 2 + [(0, 0)])
    k = kernel.shape[0]
    rows, columns = x.shape[0] - k + 1, x.shape[1] - k + 1
    result = bias
    for u in range(k):
        for v in range(k):
            moved = x[u : u + rows : stride, v : v + columns : stride]
            result = result + moved @ kernel[u, v]
    return result


def paint(maps, kernel, stride):
    rows, columns, _ = maps.shape
    k, _, channels, _ = kernel.shape
    result = np.zeros((stride * rows + k, stride * columns + k, channels))
    for u in range(k):
        for v in range(k):
            target = result[u : u + stride * rows : stride]
            target[:, v : v + stride * columns : stride] += maps @ kernel[u, v].T
    return result[: stride * (rows - 1) + k, : stride * (columns - 1) + k]
""",
            "with einsum, float32": """
def convolve(image, kernel, bias, stride, padding):
    x = np.pad(image, ((padding, padding), (padding, padding), (0, 0)))
    x, k = x.astype("float32"), kernel.shape[0]
    lines = []
    for top in range(0, x.shape[0] - k + 1, stride):
        line = []
        for left in range(0, x.shape[1] - k + 1, stride):
            window = x[top : top + k, left : left + k]
            line.append(np.einsum("uvc,uvcf->f", window, kernel) + bias)
        lines.append(line)
    return np.array(lines, dtype="float32")


def paint(maps, kernel, stride):
    k = kernel.shape[1]
    height, width = (stride * (n - 1) + k for n in maps.shape[:2])
    result = np.zeros((height, width, kernel.shape[2]), "float32")
    for i, j in np.ndindex(maps.shape[:2]):
        patch = np.einsum("f,uvcf->uvc", maps[i, j], kernel)
        result[i * stride :, j * stride :][:k, :k] += patch
    return result
""",
        },
        "wrong": {
            "a stride of at most 2": (
                changed(
                    LOOPS,
                    "top, left = stride * i, stride * j",
                    "top, left = min(stride, 2) * i, min(stride, 2) * j",
                ),
                "is a size built in",
            ),
            "kernel turned over": (
                changed(
                    LOOPS, "(window, kernel, 3)", "(window, kernel[::-1, ::-1], 3)"
                ),
                "is the kernel turned over",
            ),
            "kernel transposed": (
                changed(
                    LOOPS,
                    "(window, kernel, 3)",
                    "(window, kernel.transpose(1, 0, 2, 3), 3)",
                ),
                "rows and columns exchanged",
            ),
            "kernel turned over from right to left": (
                changed(LOOPS, "(window, kernel, 3)", "(window, kernel[:, ::-1], 3)"),
                "is the kernel turned over",
            ),
            "windows begin at i instead of stride times i": (
                changed(
                    LOOPS,
                    "x[i * stride : i * stride + k, j * stride : j * stride + k]",
                    "x[i : i + k, j : j + k]",
                ),
                "windows two pixels apart",
            ),
            "stride only for rows": (
                changed(LOOPS, "j * stride : j * stride + k]", "j : j + k]"),
                "windows two pixels apart",
            ),
            "a stride of 1 in the size": (
                changed(
                    LOOPS,
                    "rows = (x.shape[0] - k) // stride + 1",
                    "rows = (x.shape[0] - k) + 1",
                ),
                "ValueError|stride 2 and no padding",
            ),
            "the last window forgotten": (
                changed(LOOPS, "- k) // stride + 1", "- k) // stride"),
                "Count the windows",
            ),
            "as many windows as pixels": (
                changed(
                    changed(
                        LOOPS, "(x.shape[0] - k) // stride + 1", "len(image) // stride"
                    ),
                    "(x.shape[1] - k) // stride + 1",
                    "image.shape[1] // stride",
                ),
                "ValueError|Count the windows",
            ),
            "rows and columns of the result exchanged": (
                changed(
                    LOOPS, "np.zeros((rows, columns, k", "np.zeros((columns, rows, k"
                ),
                "IndexError|Count the windows",
            ),
            "one filter": (
                changed(
                    changed(
                        LOOPS,
                        "np.zeros((rows, columns, kernel.shape[-1]))",
                        "np.zeros((rows, columns))",
                    ),
                    "np.tensordot(window, kernel, 3) + bias",
                    "np.sum(window * kernel[..., 0]) + bias[0]",
                ),
                "Count the windows, and the kernels",
            ),
            "the kernel of the first channel for all": (
                changed(
                    LOOPS,
                    "np.tensordot(window, kernel, 3)",
                    "np.tensordot(window.sum(-1), kernel[:, :, 0], 2)",
                ),
                "are all channels used",
            ),
            "only the first channel": (
                changed(
                    LOOPS,
                    "np.tensordot(window, kernel, 3)",
                    "np.tensordot(window[..., 0], kernel[:, :, 0], 2)",
                ),
                "are all channels used",
            ),
            "mean over the channels": (
                changed(
                    LOOPS,
                    "np.tensordot(window, kernel, 3)",
                    "np.tensordot(window, kernel, 3) / image.shape[2]",
                ),
                "is it a sum",
            ),
            "mean over the window": (
                changed(
                    LOOPS,
                    "np.tensordot(window, kernel, 3)",
                    "np.tensordot(window, kernel, 3) / k**2",
                ),
                "must copy the pixel",
            ),
            "a kernel of 3×3 built in": (
                changed(LOOPS, "k = len(kernel)\n    x =", "k = 3\n    x ="),
                "ValueError|size of the kernel built in",
            ),
            "no bias": (
                changed(LOOPS, "3) + bias", "3)"),
                "must be the bias of its filter",
            ),
            "bias of every pixel of the window": (
                changed(LOOPS, "3) + bias", "3) + k**2 * bias"),
                "bias of its filter, once",
            ),
            "the first bias for all filters": (
                changed(LOOPS, "3) + bias", "3) + bias[0]"),
                "bias of its filter",
            ),
            "padding ignored": (
                changed(
                    LOOPS,
                    "np.pad(image, ((padding, padding), (padding, padding), (0, 0)))",
                    "image",
                ),
                "adds rows and columns on both sides",
            ),
            "channels padded too": (
                changed(
                    LOOPS,
                    "np.pad(image, ((padding, padding), (padding, padding), (0, 0)))",
                    "np.pad(image, padding)",
                ),
                "ValueError|no channels",
            ),
            "all padding below and on the right": (
                changed(
                    LOOPS,
                    "((padding, padding), (padding, padding), (0, 0))",
                    "((0, 2 * padding), (0, 2 * padding), (0, 0))",
                ),
                "on all four sides",
            ),
            "padding on one side only": (
                changed(
                    LOOPS,
                    "((padding, padding), (padding, padding), (0, 0))",
                    "((padding, 0), (padding, 0), (0, 0))",
                ),
                "on both sides",
            ),
            "padded with the border instead of zeros": (
                changed(LOOPS, "(0, 0)))", '(0, 0)), "edge")'),
                "the others are zeros",
            ),
            "a padding of 1 built in": (
                changed(
                    LOOPS,
                    "((padding, padding), (padding, padding),",
                    "((1, 1), (1, 1),",
                ),
                "stride 1 and no padding",
            ),
            "kernel scaled in place": (
                changed(
                    LOOPS,
                    "    k = len(kernel)\n    x =",
                    "    kernel *= 1.5\n    k = len(kernel)\n    x =",
                ),
                "convolve changed an array",
            ),
            "bias added in place": (
                changed(
                    LOOPS,
                    "result[i, j] = np.tensordot(window, kernel, 3) + bias",
                    "bias += np.tensordot(window, kernel, 3)\n"
                    "            result[i, j] = bias",
                ),
                "convolve changed an array",
            ),
            "a ReLU after it": (
                changed(
                    LOOPS,
                    "np.tensordot(window, kernel, 3) + bias",
                    "np.maximum(np.tensordot(window, kernel, 3) + bias, 0)",
                ),
                "is it a sum",
            ),
            "returned inside the loop": (
                changed(
                    LOOPS,
                    "    return result\n\n\ndef",
                    "        return result\n\n\ndef",
                ),
                "are all channels used|must copy",
            ),
            "overlaps replaced instead of added": (
                changed(LOOPS, "] += kernel @", "] = kernel @"),
                "the pixel must be their sum",
            ),
            "the mean where patches overlap": (
                """
convolve = None


def paint(maps, kernel, stride):
    k = len(kernel)
    rows, columns, filters = maps.shape
    shape = stride * (rows - 1) + k, stride * (columns - 1) + k, kernel.shape[2]
    result, count = np.zeros(shape), np.zeros(shape)
    for i in range(rows):
        for j in range(columns):
            top, left = stride * i, stride * j
            result[top : top + k, left : left + k] += kernel @ maps[i, j]
            count[top : top + k, left : left + k] += 1
    return result / np.maximum(count, 1)
""".replace("convolve = None", LOOPS.split("\n\n\ndef paint")[0]),
                "the pixel must be their sum",
            ),
            "patches side by side": (
                changed(
                    changed(
                        changed(LOOPS, "stride * (rows - 1) + k", "rows * k"),
                        "stride * (columns - 1) + k",
                        "columns * k",
                    ),
                    "top, left = stride * i, stride * j",
                    "top, left = k * i, k * j",
                ),
                "Where does the first patch begin",
            ),
            "patches one pixel apart": (
                changed(
                    LOOPS, "top, left = stride * i, stride * j", "top, left = i, j"
                ),
                "begin two pixels further",
            ),
            "cut as with same padding": (
                changed(
                    LOOPS,
                    "+= kernel @ maps[i, j]\n    return result",
                    "+= kernel @ maps[i, j]\n"
                    "    return result[: rows * stride, : columns * stride]",
                ),
                "must paint one patch of 3×3×2",
            ),
            "one row and column too many": (
                changed(
                    changed(LOOPS, "stride * (rows - 1) + k", "stride * rows + k - 1"),
                    "stride * (columns - 1) + k",
                    "stride * columns + k - 1",
                ),
                "must paint one patch of 3×3×2",
            ),
            "patches turned over": (
                changed(LOOPS, "+= kernel @", "+= kernel[::-1, ::-1] @"),
                "kernel must not be turned over",
            ),
            "patches transposed": (
                changed(LOOPS, "+= kernel @", "+= kernel.transpose(1, 0, 2, 3) @"),
                "twice the kernel of filter 3",
            ),
            "only one filter paints": (
                changed(LOOPS, "kernel @ maps[i, j]", "kernel[..., 3] * maps[i, j, 3]"),
                "differs from that of a Conv2DTranspose",
            ),
            "maps painted instead of the kernel": (
                changed(LOOPS, "kernel @ maps[i, j]", "maps[i, j].sum()"),
                "twice the kernel of filter 3",
            ),
            "height and width exchanged": (
                changed(LOOPS, "np.zeros((height, width,", "np.zeros((width, height,"),
                "ValueError|maps of 3×4 positions",
            ),
            "maps changed": (
                changed(
                    LOOPS,
                    "+= kernel @ maps[i, j]",
                    "+= kernel @ maps[i, j]\n            maps[i, j] = 0",
                ),
                "paint changed the maps",
            ),
        },
        "hidden": {
            "a padding of at most one built into the corners": changed(
                LOOPS, "k = len(kernel)\n    x =", "k = min(len(kernel), 3)\n    x ="
            ),
            "patches of at most 4×4": changed(
                LOOPS,
                "    k = len(kernel)\n    rows, columns, filters",
                "    k = min(len(kernel), 4)\n    rows, columns, filters",
            ),
        },
    },
    "task-4": {
        "right": {
            "sequential, GELU": TRAIN,
            "as in the lesson, with batch normalisation": """
def train_autoencoder(x, code_size):
    images = keras.Input((28, 28, 1))
    maps = images
    for number in (8, 8):
        maps = layers.Conv2D(number, 4, strides=2, padding="same")(maps)
        maps = layers.LeakyReLU(0.1)(maps)
        maps = layers.BatchNormalization(momentum=0.9)(maps)
    codes = layers.Dense(code_size)(layers.Flatten()(maps))
    encoder = keras.Model(images, codes)
    codes = keras.Input((code_size,))
    maps = layers.LeakyReLU(0.1)(layers.Dense(7 * 7 * 8)(codes))
    maps = layers.Reshape((7, 7, 8))(maps)
    maps = layers.Conv2DTranspose(8, 4, strides=2, padding="same")(maps)
    maps = layers.LeakyReLU(0.1)(maps)
    maps = layers.Conv2DTranspose(1, 4, strides=2, padding="same")(maps)
    decoder = keras.Model(codes, maps)
    model = keras.Model(images, decoder(encoder(images)))
    rate = keras.optimizers.schedules.CosineDecay(0.01, 3 * int(np.ceil(len(x) / 32)))
    model.compile(keras.optimizers.Adam(rate), loss="mse")
    model.fit(x, x, batch_size=32, epochs=3, verbose=0)
    return encoder, decoder
""",
            "pooling and upsampling, constant rate": """
def train_autoencoder(x, code_size):
    encoder = keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(8, 3, strides=2, padding="same", activation="gelu"),
        layers.Conv2D(8, 3, padding="same", activation="gelu"),
        layers.AveragePooling2D(2),
        layers.Flatten(),
        layers.Dense(code_size),
    ])
    decoder = keras.Sequential([
        keras.Input((code_size,)),
        layers.Dense(7 * 7 * 8, activation="gelu"),
        layers.Reshape((7, 7, 8)),
        layers.UpSampling2D(2),
        layers.Conv2D(8, 3, padding="same", activation="gelu"),
        layers.Conv2DTranspose(1, 4, strides=2, padding="same"),
    ])
    model = keras.Sequential([keras.Input((28, 28, 1)), encoder, decoder])
    model.compile(optimizer=keras.optimizers.Adam(0.004), loss="mse")
    model.fit(x, x, batch_size=32, epochs=4, verbose=0)
    return [encoder, decoder]
""",
        },
        "wrong": {
            "the whole autoencoder": (
                changed(UNTRAINED, "return encoder, decoder", "return model"),
                "return two models, encoder and decoder, not Sequential",
            ),
            "the history too": (
                changed(
                    UNTRAINED, "return encoder, decoder", "return encoder, decoder, {}"
                ),
                "encoder and decoder, not 3",
            ),
            "arrays instead of models": (
                changed(
                    UNTRAINED,
                    "return encoder, decoder",
                    "codes = ops.convert_to_numpy(encoder(x))\n"
                    "    return codes, ops.convert_to_numpy(decoder(codes))",
                ),
                "return two Keras models",
            ),
            "a code of 10 built in": (
                changed(UNTRAINED, "Dense(code_size)", "Dense(10)").replace(
                    "(code_size,)", "(10,)"
                ),
                r"shape \(5, 6\), got \(5, 10\)",
            ),
            "a flat map as code": (
                """
def train_autoencoder(x, code_size):
    images = keras.Input((28, 28, 1))
    maps = layers.Conv2D(8, 4, strides=4)(images)
    codes = keras.Input((7 * 7 * 8,))
    pixels = layers.Conv2DTranspose(1, 4, strides=4)(layers.Reshape((7, 7, 8))(codes))
    encoder = keras.Model(images, layers.Flatten()(maps))
    return encoder, keras.Model(codes, pixels)
""",
                r"shape \(5, 6\), got \(5, 392\)",
            ),
            "a skip connection beside the code": (
                """
def train_autoencoder(x, code_size):
    images = keras.Input((28, 28, 1))
    codes = layers.Dense(code_size)(layers.Flatten()(images))
    skipped = layers.Conv2D(1, 1)(images)
    inputs = keras.Input((code_size,)), keras.Input((28, 28, 1))
    decoder = keras.Model(inputs, layers.Conv2D(1, 1)(inputs[1]))
    return keras.Model(images, [codes, skipped]), decoder
""",
                "return the codes and nothing else",
            ),
            "the images as code": (
                """
def train_autoencoder(x, code_size):
    images = keras.Input((28, 28, 1))
    encoder = keras.Model(images, layers.Flatten()(images))
    codes = keras.Input((784,))
    return encoder, keras.Model(codes, layers.Reshape((28, 28, 1))(codes))
""",
                r"shape \(5, 6\), got \(5, 784\)",
            ),
            "flat images": (
                changed(
                    UNTRAINED,
                    "    model = ",
                    "    decoder.add(layers.Flatten())\n    model = ",
                ),
                r"images of shape \(5, 28, 28, 1\)",
            ),
            "three strides on 28×28": (
                changed(
                    changed(
                        changed(UNTRAINED, "7 * 7 * 8", "4 * 4 * 8"),
                        "(7, 7, 8)),",
                        "(4, 4, 8)),\n        layers.Conv2DTranspose(8, 4, **options),",
                    ),
                    "layers.Flatten()",
                    "layers.Conv2D(8, 4, **options),\n        layers.Flatten()",
                ),
                r"got \(5, 32, 32, 1\)",
            ),
            "images changed in place": (
                changed(
                    UNTRAINED,
                    "    options = dict",
                    "    x -= x.mean()\n    options = dict",
                ),
                "changed the images",
            ),
            "sigmoid output": (
                changed(
                    UNTRAINED,
                    'padding="same"),\n    ])',
                    'padding="same", activation="sigmoid"),\n    ])',
                ),
                "activation function on the last layer",
            ),
            "ReLU on the pixels": (
                changed(
                    UNTRAINED,
                    'padding="same"),\n    ])',
                    'padding="same", activation="relu"),\n    ])',
                ),
                "activation function on the last layer",
            ),
            "twice as many filters": (
                changed(
                    changed(UNTRAINED, "7 * 7 * 8", "7 * 7 * 16"),
                    "(7, 7, 8)",
                    "(7, 7, 16)",
                ).replace("(8, 4,", "(16, 4,"),
                "which layers have most of them",
            ),
            "a dense autoencoder with a hidden layer": (
                changed(DENSE, "UNITS", "64"),
                "which layers have most of them",
            ),
            "twelve filters, too many with the larger code": (
                changed(
                    changed(UNTRAINED, "7 * 7 * 8", "7 * 7 * 12"),
                    "(7, 7, 8)",
                    "(7, 7, 12)",
                ).replace("(8, 4, **options),\n        layers.F", CONV_12),
                "weights with a code of 10, at most 12,000",
            ),
            "a dense autoencoder of seven units": (
                changed(DENSE, "UNITS", "7"),
                "does the network use neighbourhood",
            ),
            "never trained": (UNTRAINED, "must be at most 0.95"),
            "one epoch with a small learning rate": (
                changed(
                    changed(TRAIN, "Adam(schedule)", "Adam(0.001)"),
                    "epochs=3",
                    "epochs=1",
                ),
                "does the loss still fall",
            ),
            "targets in another order": (
                changed(
                    changed(TRAIN, "epochs=3", "epochs=1"),
                    "fit(x, x,",
                    "fit(x, x[::-1],",
                ),
                "are the targets the images themselves",
            ),
            "x_train instead of x": (
                changed(
                    changed(TRAIN, "epochs=3", "epochs=1"),
                    "fit(x, x,",
                    "fit(x_train, x_train,",
                ),
                "train on x, and on nothing else",
            ),
        },
        "hidden": {
            "only the two code sizes of the check": changed(
                TRAIN,
                "    options = dict",
                "    code_size = 6 if len(x) < 100 else 10\n    options = dict",
            ),
        },
    },
}
