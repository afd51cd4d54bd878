"""Answers to exercise 8: right ones, and the mistakes that students make."""

NAME = "08_conditional_vae"

COMBINE = """
def every_combination(codes, number_of_classes):
    conditions = np.eye(number_of_classes, dtype="float32")
    all_codes = np.repeat(codes, number_of_classes, axis=0)
    return all_codes, np.tile(conditions, (len(codes), 1))
"""

OBEY = """
def obedience(judge, images, asked):
    scores = judge(images)
    obeyed = scores.argmax(axis=1) == asked
    classes = range(scores.shape[1])
    shares = [
        obeyed[asked == c].mean() if np.any(asked == c) else np.nan for c in classes
    ]
    return obeyed.mean(), np.array(shares)
"""

TRANSFER = """
def transfer_style(encoder, decoder, images, labels, targets):
    mean, log_variance = encoder([images, one_hot(labels)])
    mean = ops.convert_to_numpy(mean)
    logits = decoder([mean, one_hot(targets)])
    return ops.convert_to_numpy(ops.sigmoid(logits))
"""

FIT = """
def fit_gaussians(means, log_variances, labels, number_of_classes):
    size = means.shape[1]
    centres = np.zeros((number_of_classes, size))
    covariances = np.zeros((number_of_classes, size, size))
    for c in range(number_of_classes):
        m, lv = means[labels == c], log_variances[labels == c]
        centres[c] = m.mean(axis=0)
        covariances[c] = np.cov(m.T) + np.diag(np.exp(lv).mean(axis=0))
    return centres, covariances
"""

FORGET = """
def forget_the_class(nats, shares):
    log_joint = np.log(shares) - nats
    log_evidence = logsumexp(log_joint, axis=1)
    return -log_evidence, np.exp(log_joint - log_evidence[:, None])
"""

TRAIN = """
def train_conditional_vae(x, labels):
    means = np.stack([x[labels == digit].mean(axis=0) for digit in range(10)])
    size, epochs = 8, 15

    images, conditions = keras.Input((64,)), keras.Input((10,))
    table = layers.Dense(64, use_bias=False, trainable=False)
    hidden = layers.Concatenate()([images - table(conditions), conditions])
    hidden = layers.Dense(200, activation="relu")(hidden)
    encoder = keras.Model(
        [images, conditions], [layers.Dense(size)(hidden), layers.Dense(size)(hidden)]
    )
    table.set_weights([means])

    codes = keras.Input((size,))
    table = layers.Dense(64, use_bias=False)
    hidden = layers.Concatenate()([codes, conditions])
    hidden = layers.Dense(200, activation="relu")(hidden)
    logits = layers.Dense(64)(hidden) + table(conditions)
    decoder = keras.Model([codes, conditions], logits)
    p = np.clip(means, 0.01, 0.99)
    table.set_weights([np.log(p) - np.log(1 - p)])

    model = ConditionalVAE(encoder, decoder)
    rate = keras.optimizers.schedules.CosineDecay(0.008, epochs * (len(x) // 64 + 1))
    model.compile(optimizer=keras.optimizers.Adam(rate))
    model.fit([x, one_hot(labels)], batch_size=64, epochs=epochs, verbose=0)
    return encoder, decoder
"""


def changed(code, old, new):
    """Return an answer with one thing changed."""
    assert old in code, old
    return code.replace(old, new)


FIT_LINE = (
    "    model.fit([x, one_hot(labels)], batch_size=64, epochs=epochs, verbose=0)\n"
)


def untrained(old, new):
    """Return an answer to task 5 that does not train, with one thing changed."""
    return changed(changed(TRAIN, FIT_LINE, ""), old, new)


BANK = {
    "task-1": {
        "right": {
            "by broadcasting and bincount": """
def every_combination(codes, number_of_classes):
    n, d = codes.shape
    all_codes = np.zeros((n, number_of_classes, d)) + codes[:, None]
    conditions = np.zeros((n, number_of_classes, number_of_classes))
    conditions[:] = np.eye(number_of_classes)
    return all_codes.reshape(-1, d), conditions.reshape(-1, number_of_classes)


def obedience(judge, images, asked):
    scores = judge(images)
    obeyed = np.argmax(scores, axis=1) == asked
    hits = np.bincount(asked, weights=obeyed, minlength=scores.shape[1])
    number = np.bincount(asked, minlength=scores.shape[1])
    shares = np.where(number > 0, hits / np.maximum(number, 1), np.nan)
    return hits.sum() / len(asked), shares
""",
            "with loops": """
def every_combination(codes, number_of_classes):
    all_codes, conditions = [], []
    for code in codes:
        for label in range(number_of_classes):
            all_codes.append(code)
            conditions.append([float(label == c) for c in range(number_of_classes)])
    return np.array(all_codes), np.array(conditions)


def obedience(judge, images, asked):
    seen = [scores.argmax() for scores in judge(images)]
    number_of_classes = judge(images[:1]).shape[1]
    hits, number = np.zeros(number_of_classes), np.zeros(number_of_classes)
    for a, s in zip(asked, seen):
        number[a] += 1
        hits[a] += a == s
    return hits.sum() / number.sum(), hits / number
""",
            "labels first, then one-hot; one judgement a class": """
def every_combination(codes, number_of_classes):
    labels = np.tile(np.arange(number_of_classes), len(codes))
    conditions = keras.utils.to_categorical(labels, number_of_classes)
    return codes[np.arange(len(labels)) // number_of_classes], conditions


def obedience(judge, images, asked):
    overall = np.mean(np.argmax(judge(images), axis=1) == asked)
    shares = []
    for label in range(judge(images).shape[1]):
        seen = judge(images[asked == label]).argmax(axis=1)
        shares.append(np.mean(seen == label) if len(seen) else np.nan)
    return overall, np.array(shares)
""",
        },
        "wrong": {
            "classes from the data": (
                changed(
                    COMBINE + OBEY,
                    "range(scores.shape[1])",
                    "range(max(asked.max(), scores.argmax(axis=1).max()) + 1)",
                ),
                "belong to the judge",
            ),
            "conditions first, then codes": (
                COMBINE.replace("return all_codes, np", "return np").replace(
                    ", 1))\n", ", 1)), all_codes\n"
                )
                + OBEY,
                "the codes come first",
            ),
            "one class a row": (
                COMBINE.replace(
                    "np.repeat(codes, number_of_classes, axis=0)",
                    "np.tile(codes, (number_of_classes, 1))",
                ).replace(
                    "np.tile(conditions, (len(codes), 1))",
                    "np.repeat(conditions, len(codes), axis=0)",
                )
                + OBEY,
                "in another order",
            ),
            "both tiled": (
                changed(
                    COMBINE,
                    "np.repeat(codes, number_of_classes, axis=0)",
                    "np.tile(codes, (number_of_classes, 1))",
                )
                + OBEY,
                "more than once, and others are missing",
            ),
            "both repeated": (
                changed(
                    COMBINE,
                    "np.tile(conditions, (len(codes), 1))",
                    "np.repeat(conditions, len(codes), axis=0)",
                )
                + OBEY,
                "more than once, and others are missing",
            ),
            "repeated without an axis": (
                changed(COMBINE, ", axis=0)", ")") + OBEY,
                "whole rows must be repeated",
            ),
            "tiled sideways": (
                changed(
                    COMBINE,
                    "np.repeat(codes, number_of_classes, axis=0)",
                    "np.tile(codes, number_of_classes)",
                )
                + OBEY,
                "whole rows must be repeated",
            ),
            "labels, not one-hot": (
                changed(
                    COMBINE,
                    "np.tile(conditions, (len(codes), 1))",
                    "np.tile(np.arange(number_of_classes), len(codes))",
                )
                + OBEY,
                "one-hot, as many columns as there are classes",
            ),
            "ten classes built in": (
                changed(COMBINE, "np.eye(number_of_classes", "np.eye(10") + OBEY,
                "conditions must have shape",
            ),
            "the setup's one_hot, which has ten": (
                changed(
                    COMBINE,
                    'np.eye(number_of_classes, dtype="float32")',
                    "one_hot(np.arange(number_of_classes))",
                )
                + OBEY,
                "conditions must have shape",
            ),
            "classes from 1 to K": (
                changed(COMBINE, "np.eye(number_of_classes,", "np.eye(4, k=1,") + OBEY,
                "must be one-hot",
            ),
            "classes in falling order": (
                changed(COMBINE, 'dtype="float32")', 'dtype="float32")[::-1]') + OBEY,
                "in the order 0, 1, 2, 3",
            ),
            "codes shifted in place": (
                changed(
                    COMBINE,
                    "    all_codes",
                    "    codes -= codes.mean(axis=0)\n    all_codes",
                )
                + OBEY,
                "changed the codes",
            ),
            "mean of the classes' shares": (
                COMBINE
                + changed(OBEY, "return obeyed.mean()", "return np.nanmean(shares)"),
                "the mean of the classes' shares is another number",
            ),
            "argmax over the images": (
                COMBINE
                + changed(
                    OBEY,
                    "obeyed = scores.argmax(axis=1) == asked",
                    "obeyed = scores.argmax(axis=0)[asked] == asked",
                ),
                "class 1 was asked for twice",
            ),
            "divided by how often the class was seen": (
                COMBINE
                + changed(
                    OBEY,
                    "obeyed[asked == c].mean()",
                    "obeyed[scores.argmax(axis=1) == c].mean()",
                ),
                "how often a class was asked for, not seen",
            ),
            "counts": (
                COMBINE + changed(OBEY, "[asked == c].mean()", "[asked == c].sum()"),
                "are these counts",
            ),
            "divided by all images": (
                COMBINE
                + changed(
                    OBEY,
                    "obeyed[asked == c].mean()",
                    "np.sum(obeyed & (asked == c)) / len(asked)",
                ),
                "class 1 was asked for twice",
            ),
            "mean score of the class": (
                COMBINE
                + changed(
                    OBEY, "obeyed[asked == c].mean()", "scores[asked == c, c].mean()"
                ),
                "cannot be negative",
            ),
            "zero for a class never asked for": (
                COMBINE + changed(OBEY, "else np.nan", "else 0.0"),
                "must be np.nan, got 0.0",
            ),
            "only the classes that were asked for": (
                COMBINE + changed(OBEY, "range(scores.shape[1])", "np.unique(asked)"),
                "asked for or not",
            ),
            "the judge of the setup": (
                COMBINE
                + changed(OBEY, "def obedience(judge,", "def obedience(a_judge,"),
                "one number for each class of the judge that was given",
            ),
            "the judge is told what was asked for": (
                COMBINE + changed(OBEY, "judge(images)", "judge(images, asked)"),
                "the judge may see the images only",
            ),
            "every image's answer": (
                COMBINE + changed(OBEY, "return obeyed.mean()", "return obeyed"),
                "the first result must be one number",
            ),
            "only the overall share, for every class": (
                COMBINE + changed(OBEY, "obeyed[asked == c].mean()", "obeyed.mean()"),
                "class 1 was asked for twice",
            ),
        },
        "hidden": {
            "six codes built in": changed(COMBINE, "len(codes)", "6") + OBEY,
            "four classes built in": COMBINE
            + changed(OBEY, "range(scores.shape[1])", "range(4)"),
        },
    },
    "task-2": {
        "right": {
            "with predict; the moments by hand": """
def transfer_style(encoder, decoder, images, labels, targets):
    mean = encoder.predict([images, np.eye(10)[labels]], verbose=0)[0]
    logits = decoder.predict([mean, np.eye(10)[targets]], verbose=0)
    return 1 / (1 + np.exp(-logits))


def fit_gaussians(means, log_variances, labels, number_of_classes):
    centres, covariances = [], []
    for c in range(number_of_classes):
        chosen = means[labels == c]
        centre = chosen.sum(axis=0) / len(chosen)
        second = chosen.T @ chosen / len(chosen) - np.outer(centre, centre)
        noise = np.mean(np.exp(log_variances[labels == c]), axis=0)
        centres.append(centre)
        covariances.append(second + noise * np.eye(len(noise)))
    return np.array(centres), np.array(covariances)
""",
            "all in tensors; one image at a time": """
def transfer_style(encoder, decoder, images, labels, targets):
    own = ops.convert_to_tensor(one_hot(labels))
    new = ops.convert_to_tensor(one_hot(targets))
    mean = encoder([ops.convert_to_tensor(images), own])[0]
    return ops.convert_to_numpy(ops.sigmoid(decoder([mean, new])))


def fit_gaussians(means, log_variances, labels, number_of_classes):
    size = means.shape[1]
    centres = np.zeros((number_of_classes, size))
    covariances = np.zeros((number_of_classes, size, size))
    number = np.bincount(labels, minlength=number_of_classes)
    for mean, label in zip(means, labels):
        centres[label] += mean / number[label]
    for mean, log_variance, label in zip(means, log_variances, labels):
        difference = mean - centres[label]
        here = np.outer(difference, difference) + np.diag(np.exp(log_variance))
        covariances[label] += here / number[label]
    return centres, covariances
""",
            "by einsum": """
def transfer_style(encoder, decoder, images, labels, targets):
    codes = ops.convert_to_numpy(encoder([images, one_hot(labels)])[0])
    return ops.convert_to_numpy(ops.sigmoid(decoder([codes, one_hot(targets)])))


def fit_gaussians(means, log_variances, labels, number_of_classes):
    member = np.eye(number_of_classes)[labels]
    member = member / member.sum(axis=0)
    centres = member.T @ means
    centred = means - centres[labels]
    covariances = np.einsum("nk,ni,nj->kij", member, centred, centred)
    noise = member.T @ np.exp(log_variances)
    return centres, covariances + np.einsum("ki,ij->kij", noise, np.eye(len(noise[0])))
""",
        },
        "wrong": {
            "root of the covariance": (
                TRANSFER + changed(FIT, "np.cov(m.T)", "np.sqrt(np.cov(m.T))"),
                "infinite or no number",
            ),
            "encoded with the target": (
                changed(TRANSFER, "one_hot(labels)", "one_hot(targets)") + FIT,
                "the encoder was told the target",
            ),
            "decoded with its own label": (
                changed(TRANSFER, "one_hot(targets)", "one_hot(labels)") + FIT,
                "does not depend on the targets",
            ),
            "labels and targets swapped": (
                TRANSFER.replace("labels)]", "L)]")
                .replace("one_hot(targets)", "one_hot(labels)")
                .replace("L)]", "targets)]")
                + FIT,
                "which digit is the encoder told",
            ),
            "encoded without a condition": (
                changed(TRANSFER, "one_hot(labels)", "0 * one_hot(labels)") + FIT,
                "both networks get the digit as a condition",
            ),
            "a code drawn": (
                changed(
                    TRANSFER,
                    "mean = ops.convert_to_numpy(mean)",
                    "mean = ops.convert_to_numpy(mean)\n"
                    "    deviation = np.exp(0.5 * ops.convert_to_numpy(log_variance))\n"
                    "    noise = np.random.standard_normal(mean.shape)\n"
                    '    mean = (mean + deviation * noise).astype("float32")',
                )
                + FIT,
                "the mean of the code, not a draw",
            ),
            "the log variance decoded": (
                changed(TRANSFER, "mean, log_variance =", "log_variance, mean =") + FIT,
                "the encoder's first output",
            ),
            "logits returned": (
                changed(TRANSFER, "ops.sigmoid(logits)", "logits") + FIT,
                "still logits",
            ),
            "softmax over the pixels": (
                changed(TRANSFER, "ops.sigmoid", "ops.softmax") + FIT,
                "sigmoid of what the decoder makes",
            ),
            "black or white pixels": (
                changed(TRANSFER, "ops.sigmoid(logits)", "ops.sigmoid(logits) > 0.5")
                + FIT,
                "sigmoid of what the decoder makes",
            ),
            "a tensor returned": (
                changed(
                    TRANSFER,
                    "ops.convert_to_numpy(ops.sigmoid(logits))",
                    "ops.sigmoid(logits)",
                )
                + FIT,
                "must be a NumPy array",
            ),
            "images of 8×8": (
                changed(
                    TRANSFER,
                    "ops.sigmoid(logits))",
                    "ops.sigmoid(logits)).reshape(-1, 8, 8)",
                )
                + FIT,
                r"must have shape \(40, 64\)",
            ),
            "labels overwritten": (
                changed(TRANSFER, "    logits", "    labels[:] = targets\n    logits")
                + FIT,
                "transfer_style changed an array",
            ),
            "noise forgotten": (
                TRANSFER + changed(FIT, " + np.diag(np.exp(lv).mean(axis=0))", ""),
                "its variance is missing",
            ),
            "standard deviations for variances": (
                TRANSFER + changed(FIT, "np.exp(lv)", "np.exp(0.5 * lv)"),
                "the encoder says log variances",
            ),
            "log variances for variances": (
                TRANSFER + changed(FIT, "np.exp(lv)", "lv"),
                "with hardly any noise",
            ),
            "noise added to every entry": (
                TRANSFER
                + changed(
                    FIT, "np.diag(np.exp(lv).mean(axis=0))", "np.exp(lv).mean(axis=0)"
                ),
                "must add nothing off the diagonal",
            ),
            "noise summed over the images": (
                TRANSFER + changed(FIT, "np.exp(lv).mean(", "np.exp(lv).sum("),
                "must have these variances",
            ),
            "mean of the log variances": (
                TRANSFER
                + changed(FIT, "np.exp(lv).mean(axis=0)", "np.exp(lv.mean(axis=0))"),
                "not of their logarithms",
            ),
            "mean of the standard deviations": (
                TRANSFER
                + changed(
                    FIT, "np.exp(lv).mean(axis=0)", "np.exp(0.5 * lv).mean(axis=0) ** 2"
                ),
                "or standard deviations",
            ),
            "noise of all classes": (
                TRANSFER + changed(FIT, "np.exp(lv)", "np.exp(log_variances)"),
                "only over the images of the class",
            ),
            "one covariance for all classes": (
                TRANSFER + changed(FIT, "np.cov(m.T)", "np.cov(means.T)"),
                "around the mean of the class",
            ),
            "second moment, not centred": (
                TRANSFER + changed(FIT, "np.cov(m.T)", "m.T @ m / len(m)"),
                "around the mean of the class",
            ),
            "summed over the images": (
                TRANSFER
                + changed(FIT, "np.cov(m.T)", "(m - centres[c]).T @ (m - centres[c])"),
                "averaged over its images",
            ),
            "only the diagonal": (
                TRANSFER + changed(FIT, "np.cov(m.T)", "np.diag(m.var(axis=0))"),
                "with the entries off the diagonal",
            ),
            "correlations": (
                TRANSFER + changed(FIT, "np.cov(m.T)", "np.corrcoef(m.T)"),
                "must be that of the means",
            ),
            "covariance between images": (
                TRANSFER
                + """
def fit_gaussians(means, log_variances, labels, number_of_classes):
    groups = [means[labels == c] for c in range(number_of_classes)]
    smallest = min(map(len, groups))
    covariances = [np.cov(m[:smallest]) for m in groups]
    return np.array([m.mean(axis=0) for m in groups]), np.array(covariances)
""",
                "not between images",
            ),
            "only variances returned": (
                TRANSFER
                + """
def fit_gaussians(means, log_variances, labels, number_of_classes):
    groups = [labels == c for c in range(number_of_classes)]
    variances = [
        means[g].var(axis=0) + np.exp(log_variances[g]).mean(axis=0) for g in groups
    ]
    return np.array([means[g].mean(axis=0) for g in groups]), np.array(variances)
""",
                "covariance matrices of 3 classes must have shape",
            ),
            "one mean for all classes": (
                TRANSFER + changed(FIT, "= m.mean(axis=0)", "= means.mean(axis=0)"),
                "images of this class alone",
            ),
            "codes drawn, as in the lesson": (
                TRANSFER
                + changed(
                    FIT,
                    "np.cov(m.T) + np.diag(np.exp(lv).mean(axis=0))",
                    "np.cov((m + np.exp(0.5 * lv) * np.random.normal(size=m.shape)).T)",
                ),
                "the noise must be counted, not drawn",
            ),
            "centred in place": (
                TRANSFER
                + changed(
                    FIT,
                    "    return centres",
                    "    means -= centres[labels]\n    return centres",
                ),
                "fit_gaussians changed an array",
            ),
        },
        "hidden": {
            "the networks of the check": changed(
                TRANSFER, "(encoder, decoder, images", "(e, d, images"
            )
            .replace("encoder([", "toy_encoder([")
            .replace("decoder([", "toy_decoder([")
            + FIT,
            "three classes built in": TRANSFER
            + changed(FIT, "    size =", "    number_of_classes = 3\n    size ="),
            "codes of two numbers built in": TRANSFER
            + changed(FIT, "means.shape[1]", "2"),
        },
    },
    "task-3": {
        "right": {
            "shifted by the smallest": """
def forget_the_class(nats, shares):
    smallest = nats.min(axis=1, keepdims=True)
    joint = shares * np.exp(-(nats - smallest))
    evidence = joint.sum(axis=1, keepdims=True)
    return (smallest - np.log(evidence))[:, 0], joint / evidence
""",
            "logsumexp with weights, softmax": """
def forget_the_class(nats, shares):
    from scipy.special import softmax

    posterior = softmax(np.log(shares)[None] - nats, axis=1)
    return -logsumexp(-nats, axis=1, b=shares), posterior
""",
            "two classes at a time": """
def forget_the_class(nats, shares):
    total = np.full(len(nats), -np.inf)
    for c, share in enumerate(shares):
        total = np.logaddexp(total, np.log(share) - nats[:, c])
    return -total, shares * np.exp(-nats - total[:, None])
""",
        },
        "wrong": {
            "shifted by the largest of all": (
                """
def forget_the_class(nats, shares):
    shift = (np.log(shares) - nats).max()
    joint = np.exp(np.log(shares) - nats - shift)
    evidence = joint.sum(axis=1)
    return -np.log(evidence) - shift, joint / evidence[:, None]
""",
                "with 2000 nats",
            ),
            "shifted by the mean of the classes": (
                """
def forget_the_class(nats, shares):
    shift = (np.log(shares) - nats).mean(axis=1, keepdims=True)
    joint = np.exp(np.log(shares) - nats - shift)
    evidence = joint.sum(axis=1)
    return -np.log(evidence) - shift[:, 0], joint / evidence[:, None]
""",
                "naming it costs log 3",
            ),
            "shares forgotten": (
                changed(FORGET, "np.log(shares) - nats", "-nats"),
                r"p\(x\) is the sum of p\(x \| c\) p\(c\)",
            ),
            "shares forgotten in p(c | x) only": (
                changed(
                    FORGET,
                    "np.exp(log_joint - log_evidence[:, None])",
                    "np.exp(-nats - logsumexp(-nats, axis=1)[:, None])",
                ),
                "does a frequent class count more",
            ),
            "equal shares built in": (
                changed(FORGET, "np.log(shares)", "-np.log(len(shares))"),
                "has every class its own share",
            ),
            "log 10 built in": (
                changed(FORGET, "np.log(shares)", "-np.log(10)"),
                r"p\(x\) is the sum of p\(x \| c\) p\(c\)",
            ),
            "the cost of the class subtracted": (
                changed(FORGET, "np.log(shares) - nats", "-np.log(shares) - nats"),
                r"p\(x\) is the sum of p\(x \| c\) p\(c\)",
            ),
            "mean of the nats": (
                changed(FORGET, "return -log_evidence", "return nats @ shares"),
                "the sum runs over probabilities, not over nats",
            ),
            "mean of the nats, weighted by p(c | x)": (
                FORGET.replace("return -log_evidence, ", "posterior = ")
                + "    return np.sum(posterior * nats, axis=1), posterior\n",
                "naming it costs",
            ),
            "the best class alone": (
                changed(FORGET, "return -log_evidence", "return nats.min(axis=1)"),
                "naming it costs",
            ),
            "p(x, c) of the best class": (
                changed(
                    FORGET, "return -log_evidence", "return (-log_joint).min(axis=1)"
                ),
                "and it has 400 nats without a class",
            ),
            "nats taken for log p": (
                changed(FORGET, "np.log(shares) - nats", "np.log(shares) + nats"),
                "nats are MINUS log p",
            ),
            "log p(x), not minus": (
                changed(FORGET, "return -log_evidence", "return log_evidence"),
                "has the wrong sign",
            ),
            "without logarithms": (
                """
def forget_the_class(nats, shares):
    joint = shares * np.exp(-nats)
    evidence = joint.sum(axis=1)
    return -np.log(evidence), joint / evidence[:, None]
""",
                "too small to be computed",
            ),
            "p(c | x) without logarithms": (
                changed(
                    FORGET,
                    "np.exp(log_joint - log_evidence[:, None])",
                    "np.exp(log_joint) / np.exp(log_joint).sum(axis=1)[:, None]",
                ),
                "Stay with logarithms",
            ),
            "a tiny number against log 0": (
                """
def forget_the_class(nats, shares):
    joint = shares * np.exp(-nats) + 1e-30
    evidence = joint.sum(axis=1)
    return -np.log(evidence), joint / evidence[:, None]
""",
                "400 nats in every class",
            ),
            "summed over the images": (
                changed(FORGET, "logsumexp(log_joint, axis=1)", "logsumexp(log_joint)")
                .replace("[:, None]", "")
                .replace(
                    "return -log_evidence", "return -log_evidence + 0 * nats[:, 0]"
                ),
                "must sum to 1 over the classes",
            ),
            "the wrong axis": (
                """
def forget_the_class(nats, shares):
    log_joint = np.log(shares) - nats
    log_evidence = logsumexp(log_joint, axis=0)
    return -log_evidence, np.exp(log_joint - log_evidence)
""",
                "sum over the classes, which are the columns",
            ),
            "a column instead of a row": (
                changed(
                    FORGET, "return -log_evidence", "return -log_evidence[:, None]"
                ),
                "must have shape",
            ),
            "bits": (
                changed(
                    FORGET, "return -log_evidence", "return -log_evidence / np.log(2)"
                ),
                "and it has 400 nats without a class",
            ),
            "p(x, c) not divided by p(x)": (
                changed(
                    FORGET,
                    "np.exp(log_joint - log_evidence[:, None])",
                    "np.exp(log_joint)",
                ),
                "divide by p",
            ),
            "the logarithm of p(c | x)": (
                changed(
                    FORGET,
                    "np.exp(log_joint - log_evidence[:, None])",
                    "log_joint - log_evidence[:, None]",
                ),
                "must sum to 1 over the classes",
            ),
            "nats made negative in place": (
                changed(FORGET, "    log_joint =", "    nats *= 1.5\n    log_joint ="),
                "changed nats",
            ),
            "shares used for two classes only": (
                changed(
                    FORGET,
                    "    log_joint",
                    "    if len(shares) > 2:\n"
                    "        shares = np.full(len(shares), 1 / len(shares))\n"
                    "    log_joint",
                ),
                "although p",
            ),
            "nats clipped": (
                changed(FORGET, "- nats", "- np.minimum(nats, 500)"),
                "is right for some images, but not for nats of",
            ),
            "shares made logarithms in place": (
                changed(
                    FORGET,
                    "    log_joint = np.log(shares)",
                    "    np.log(shares, out=shares)\n    log_joint = shares",
                ),
                "changed shares",
            ),
        },
        "hidden": {
            "nats clipped": changed(FORGET, "- nats", "- np.minimum(nats, 3000)"),
            "shifted by a number that fits the check": """
def forget_the_class(nats, shares):
    shift = 300.0 if nats.max() > 100 else 0.0
    shift = 2000.0 * (nats[:, :1] >= 2000) + shift * (nats[:, :1] < 2000)
    joint = shares * np.exp(shift - nats)
    evidence = joint.sum(axis=1)
    return shift[:, 0] - np.log(evidence), joint / evidence[:, None]
""",
        },
    },
    "task-5": {
        "right": {
            "class means, code of 8, ReLU": TRAIN,
            "the condition in every layer, KL weight 2": """
def train_conditional_vae(x, labels):
    x_in, c_in, z_in = keras.Input((64,)), keras.Input((10,)), keras.Input((12,))
    h = layers.Dense(128, activation="gelu")(layers.Concatenate()([x_in, c_in]))
    h = layers.Dense(128, activation="gelu")(layers.Concatenate()([h, c_in]))
    encoder = keras.Model([x_in, c_in], [layers.Dense(12)(h), layers.Dense(12)(h)])
    h = z_in
    for _ in range(2):
        h = layers.Concatenate()([h, c_in])
        h = layers.Dense(128, activation="gelu")(h)
    logits = layers.Dense(64)(layers.Concatenate()([h, c_in]))
    decoder = keras.Model([z_in, c_in], logits)
    steps = 20 * int(np.ceil(len(x) / 64))
    rate = keras.optimizers.schedules.CosineDecay(8e-3, steps)
    model = ConditionalVAE(encoder, decoder, kl_weight=2.0)
    model.compile(keras.optimizers.Adam(rate))
    model.fit([x, one_hot(labels)], batch_size=64, epochs=20, verbose=0)
    return encoder, decoder
""",
        },
        "wrong": {
            "the model of task 4": (
                changed(
                    changed(TRAIN, "images - table(conditions)", "images"),
                    " + table(conditions)",
                    "",
                )
                .replace("    table.set_weights([means])\n", "")
                .replace("    table.set_weights([np.log(p) - np.log(1 - p)])\n", ""),
                "carrying what the condition says already",
            ),
            "the condition not in the decoder": (
                untrained(
                    "logits = layers.Dense(64)(hidden) + table(conditions)",
                    "logits = layers.Dense(64)(layers.Dense(200)(codes))",
                ).replace("    table.set_weights([np.log(p) - np.log(1 - p)])\n", ""),
                "little more than by chance",
            ),
            "labels shuffled": (
                untrained(
                    "    means = np",
                    "    labels = np.random.permutation(labels)\n    means = np",
                ),
                "little more than by chance",
            ),
            "the class means alone": (
                untrained(
                    "layers.Dense(64)(hidden) + table", "0 * codes[:, :1] + table"
                ),
                "does the decoder use the codes",
            ),
            "not trained": (
                changed(TRAIN, FIT_LINE, ""),
                "the class means alone, without any code",
            ),
            "a KL weight of 16": (
                changed(
                    changed(TRAIN, "epochs = 8, 15", "epochs = 8, 4"),
                    "ConditionalVAE(encoder, decoder)",
                    "ConditionalVAE(encoder, decoder, kl_weight=16.0)",
                ),
                "or a KL weight nearer to 1",
            ),
            "a code of two numbers": (
                changed(TRAIN, "size, epochs = 8, 15", "size, epochs = 2, 10"),
                "another code size",
            ),
            "too few epochs": (
                changed(TRAIN, "epochs = 8, 15", "epochs = 8, 4"),
                "more or longer steps",
            ),
            "probabilities for logits": (
                untrained(
                    "logits = layers.Dense(64)(hidden) + table(conditions)",
                    "logits = layers.Activation('sigmoid')("
                    "layers.Dense(64)(hidden) + table(conditions))",
                ),
                "is there a sigmoid in its last layer",
            ),
            "logits of means that are 0": (
                untrained("np.clip(means, 0.01, 0.99)", "means"),
                "is there a logarithm of 0",
            ),
            "the whole model returned": (
                untrained("return encoder, decoder", "return model"),
                "the encoder and the decoder, not ConditionalVAE",
            ),
            "the history returned too": (
                untrained("return encoder, decoder", "return encoder, decoder, model"),
                "return two things, not 3",
            ),
            "an encoder that returns the mean only": (
                untrained(
                    "return encoder, decoder",
                    "return keras.Model([images, conditions], [encoder.outputs[0]]), "
                    "decoder",
                ),
                "must return two things, the mean and the log variance",
            ),
            "functions, not models": (
                untrained(
                    "return encoder, decoder",
                    "return (lambda inputs: encoder(inputs)), decoder",
                ),
                "must be Keras models",
            ),
            "images centred in place": (
                untrained(
                    "    size, epochs", "    x -= x.mean(axis=0)\n    size, epochs"
                ),
                "changed the images",
            ),
            "trained on the test images too": (
                untrained(
                    "    size, epochs",
                    "    x = np.concatenate([x, x_test])\n"
                    "    labels = np.concatenate([labels, y_test])\n"
                    "    size, epochs",
                ),
                "learn from x and labels, not from x_test",
            ),
        },
        "hidden": {
            "the training images of the notebook": changed(
                TRAIN,
                "    means = np",
                "    x, labels = x_train, y_train\n    means = np",
            ),
        },
    },
}
