"""What scripts/playground.py runs after the last cell of a lesson, as one cell more."""

# The units that are active on each image, those that contribute most first, and the
# squared error per pixel with the best axis of PCA for an image, its best two, ...
PIECES = """
active = np.argsort(-test_codes[shown] * atom_lengths, axis=1)[:, :ACTIVE]
x = x_test[shown]
best = [reconstruct_with_best(x, fixed_axes["PCA"], k) for k in range(1, ACTIVE + 1)]
pca_errors = np.mean((x - np.array(best)) ** 2, axis=2).T
"""

# Lesson 4's denoisers are scored as there, and on images of something else.
SCORES = """
from functools import partial

from course_utils.datasets import FASHION_MNIST_CLASSES, load_fashion_mnist

_, _, (garments, labels) = load_fashion_mnist()
garments = garments[:2000].reshape(-1, 784)
noisy_garments = add_gaussian_noise(
    garments, SIGMA, np.random.default_rng(NOISE_SEED)
)


def score_by_sigma(repair):
    rngs = [np.random.default_rng(NOISE_SEED) for _ in test_sigmas]
    noisy = map(partial(add_gaussian_noise, x_few), test_sigmas, rngs)
    return [psnr(x_few, repair(x)) for x in noisy]
"""

# The lesson's denoiser has three times the weights that a page may have. A smaller one
# needs longer to come near it.
SMALL_DENOISER = """
CODE_SIZE, HIDDEN_SIZE = 256, 284
keras.utils.set_random_seed(SEED)
small = build_denoiser(SIGMA)
train(small, images, 2 * EPOCHS)
"""

# The best linear one is a little too large as well. This one keeps of its answers the
# directions in which they vary most on noisy training images.
LOW_RANK = """
RANK = 160
answers = linear_weights.T @ noisy_covariance @ linear_weights
directions = np.linalg.eigh(answers)[1][:, -RANK:]
into = linear_weights @ directions
low_rank = into @ directions.T
"""

# Two sprites of each shape, and the mutual information gap of codes whose first two
# numbers are turned.
TURNS = """
name = {name!r}
numbers = order[name]
mean, log_variance = encode(sprite_models[name], sprites_test)
shapes = factors_test[:, 0]
examples = [np.flatnonzero(shapes == s)[i] for i in (0, 1) for s in (0, 1, 2)]
angles = np.arange(0, 91, 5)
gaps = []
for angle in np.deg2rad(angles):
    turn = np.eye(SPRITE_CODE)
    turn[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    gaps.append(information_gap(information(codes_test[name] @ turn)))
"""
