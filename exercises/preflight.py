"""Look at notebooks before they are handed in or graded; needs Python alone.

python preflight.py NOTEBOOK ...            say what is wrong with each
python preflight.py FOLDER                  look at all notebooks of a class, and
                                            name what nbgrader would not find
python preflight.py --repair NOTEBOOK ...   repair first what can be repaired

nbgrader knows the answers, the checks and the set-up cells by marks in the cells'
metadata, which some editors drop. Without its mark a written answer is not found. A
line that begins with "note" costs nothing: nbgrader mends that when it grades.
"""

import ast
import glob
import hashlib
import json
import re
import sys
import warnings
from pathlib import Path

HERE = Path(__file__).resolve().parent

# What the student versions hold, written by `make release`. Each line is a cell: its
# name, its kind, its points, a digest of its text, and how it begins.
# reference begins
REFERENCE = r"""
01_linear_autoencoder_is_pca
 colab-setup set-up 0 - # If this fails, the kernel is not that of the course: start Jup
 setup-2 set-up 0 ae9e8b4d import matplotlib.pyplot as plt
 setup-4 set-up 0 7ef1a854 x_digits = load_digits().data.astype("float32") / 16
 task-1 answer 0 9634bab0 def fit_pca(x, code_size):
 check-1-axes check 2 acafd624 # @title Check 1 (axes): run this cell
 check-1-reconstruct check 2 94405831 # @title Check 1 (reconstruct): run this cell
 task-2 answer 0 f3f81e8f def mix_code(encoder_kernel, decoder_kernel, mixing):
 check-2 check 3 399e905e # @title Check 2: run this cell
 task-3 answer 0 e073e51b def train_linear_autoencoder(x, code_size):
 check-3 check 4 6422c67f # @title Check 3: run this cell
 task-4 answer 0 5c45868c def recover_axes(decoder_kernel, x):
 check-4 check 5 76a3c369 # @title Check 4: run this cell
 task-5-explain-a-figure-4-points-12-minu-2 set-up 0 59e44e55 sizes = np.arange(1, 13)
 task-5 written 4 2f2cafa7 YOUR ANSWER HERE
02_undercomplete_autoencoder
 colab-setup set-up 0 - # If this fails, the kernel is not that of the course: start Jup
 setup-3 set-up 0 ae9e8b4d import matplotlib.pyplot as plt
 setup-5 set-up 0 b08cd8e9 x_train, x_test = train_test_split(
 task-1 answer 0 2c384495 def count_weights(widths):
 check-1-count check 2 5f0381ac # @title Check 1 (count): run this cell
 check-1-build check 2 2a2eb4ed # @title Check 1 (build): run this cell
 task-2 answer 0 8526e0cf def compare_with_pca(autoencoder, train_images, test_images):
 check-2-compare check 3 ff970d55 # @title Check 2 (compare): run this cell
 check-2-needed check 2 4f577ca7 # @title Check 2 (needed): run this cell
 task-3 answer 0 418a051f def warning_signs(reconstruct, train_images, test_images, nois
 check-3-signs check 2 70d52f43 # @title Check 3 (signs): run this cell
 check-3-decoder check 2 96b8f84a # @title Check 3 (decoder): run this cell
 task-4-explain-a-figure-4-points-12-minu-2 set-up 0 317d27a3 TRAIN_SIZES = (9, 40, 160,
 task-4-explain-a-figure-4-points-12-minu-3 set-up 0 238c596c figure, ax = plt.subplots(
 task-4 written 4 2f2cafa7 YOUR ANSWER HERE
 task-5 answer 0 2b435ed7 def train_autoencoder(train_images, code_size):
 check-5 check 3 68cfc2fc # @title Check 5: run this cell
03_sparse_autoencoder
 colab-setup set-up 0 - # If this fails, the kernel is not that of the course: start Jup
 setup-3 set-up 0 aacf8cf8 import matplotlib.pyplot as plt
 setup-5 set-up 0 a1001b2c x_digits = load_digits().data.astype("float32") / 16
 task-1 answer 0 23767dcf def measure_sparsity(batches):
 check-1 check 3 ba33eecf # @title Check 1: run this cell
 task-2 answer 0 02179e20 def top_k(pre_activations, k):
 check-2 check 4 413e596d # @title Check 2: run this cell
 task-3 answer 0 7ce4fa73 def kl_penalty(activations, target):
 check-3 check 4 4b4ea61f # @title Check 3: run this cell
 task-4-explain-a-figure-4-points-13-minu-2 set-up 0 be24b39c rng = np.random.default_rn
 task-4 written 4 2f2cafa7 YOUR ANSWER HERE
 task-5 answer 0 39c0874c def train_sparse_autoencoder(x, units, active):
 check-5 check 5 f82bfa8a # @title Check 5: run this cell
04_denoising_autoencoder
 colab-setup set-up 0 - # If this fails, the kernel is not that of the course: start Jup
 setup-3 set-up 0 986e7ef4 import matplotlib.pyplot as plt
 setup-5 set-up 0 56666e30 x_digits = load_digits().data.astype("float32") / 16
 task-1 answer 0 771eb752 def add_gaussian_noise(x, sigma, rng):
 check-1-gaussian check 2 80309f06 # @title Check 1 (gaussian): run this cell
 check-1-masking check 1 1e1601a8 # @title Check 1 (masking): run this cell
 check-1-pepper check 2 3c6be4ba # @title Check 1 (pepper): run this cell
 task-2 answer 0 2fcd0623 def psnr(x, estimate):
 check-2-psnr check 2 94e52f4e # @title Check 2 (psnr): run this cell
 check-2-sigma check 1 e06a6885 # @title Check 2 (sigma): run this cell
 task-3 answer 0 7f5c0918 def fit_linear_denoiser(noisy, clean, strength):
 check-3-linear check 3 865b297a # @title Check 3 (linear): run this cell
 check-3-score check 2 2ce9dc41 # @title Check 3 (score): run this cell
 task-4-explain-a-figure-4-points-12-minu-2 set-up 0 ba7360fd noise_variance = 0.3**2
 task-4 written 4 2f2cafa7 YOUR ANSWER HERE
 task-5 answer 0 636a885e def train_denoiser(x, sigma):
 check-5 check 4 88422c8a # @title Check 5: run this cell
05_contractive_autoencoder
 colab-setup set-up 0 - # If this fails, the kernel is not that of the course: start Jup
 setup-3 set-up 0 aacf8cf8 import matplotlib.pyplot as plt
 setup-5 set-up 0 bcaa807b x_digits = load_digits().data.astype("float32") / 16
 task-1 answer 0 339dd51a def numerical_jacobian(encoder, image, step):
 check-1-jacobian check 2 bdb455f5 # @title Check 1 (jacobian): run this cell
 check-1-direction check 2 78789051 # @title Check 1 (direction): run this cell
 task-2 answer 0 32950848 def sigmoid_penalty(codes, kernel):
 check-2-sigmoid check 2 52e7b8c0 # @title Check 2 (sigmoid): run this cell
 check-2-tanh check 2 2605a5a0 # @title Check 2 (tanh): run this cell
 task-3 answer 0 8d64c51f def denoising_loss(x, encoder_kernel, decoder_kernel, bias, si
 check-3 check 3 a7ff8f6d # @title Check 3: run this cell
 task-4-explain-a-figure-4-points-10-minu-2 set-up 0 16eb1bcf pca = PCA(16, random_state
 task-4 written 4 2f2cafa7 YOUR ANSWER HERE
 task-5-a-robust-code-5-points-16-minutes-2 set-up 0 5b50a761 def squared_error_per_imag
 task-5-a-robust-code-5-points-16-minutes-4 set-up 0 ba373196 def distance(codes, others
 task-5 answer 0 5d41a22c def train_robust_autoencoder(x):
 check-5 check 5 2da92b4e # @title Check 5: run this cell
06_convolutional_autoencoder
 colab-setup set-up 0 - # If this fails, the kernel is not that of the course: start Jup
 setup-3 set-up 0 1d968b75 import math
 setup-5 set-up 0 cb239632 (x_train, y_train), _, (x_test, _) = load_fashion_mnist(
 task-1 answer 0 25d7d9e5 def conv_size(size, kernel_size, stride, padding):
 check-1-sizes check 3 17d577e8 # @title Check 1 (sizes): run this cell
 check-1-weights check 1 7072503f # @title Check 1 (weights): run this cell
 task-2 answer 0 5749c3f9 def receptive_field(kernel_sizes, strides):
 check-2 check 3 efc51c05 # @title Check 2: run this cell
 task-3 answer 0 365906c1 def convolve(image, kernel, bias, stride, padding):
 check-3-convolve check 3 8cbd5b72 # @title Check 3 (convolve): run this cell
 check-3-paint check 2 c3831838 # @title Check 3 (paint): run this cell
 task-4 answer 0 f4cd83d6 def train_autoencoder(x, code_size):
 check-4 check 4 9f704c92 # @title Check 4: run this cell
 task-5-explain-a-figure-4-points-10-minu-2 set-up 0 d819f64f keras.utils.set_random_see
 task-5-explain-a-figure-4-points-10-minu-4 set-up 0 8a7e898a mean, covariance = codes.m
 task-5 written 4 2f2cafa7 YOUR ANSWER HERE
07_variational_autoencoder
 colab-setup set-up 0 - # If this fails, the kernel is not that of the course: start Jup
 setup-3 set-up 0 6468fa91 import matplotlib.pyplot as plt
 task-1 answer 0 668daef9 def reconstruction_nats(images, logits):
 check-1-reconstruction check 2 c33258d4 # @title Check 1 (reconstruction): run this cel
 check-1-kl check 2 fa09df4c # @title Check 1 (kl): run this cell
 task-2 answer 0 33dc1cbc def draw_codes(mean, log_variance, samples, seed_generator):
 check-2 check 3 c2ac94bc # @title Check 2: run this cell
 task-3-estimate-log-px-5-points-15-minut-2 set-up 0 efe996d3 gains = np.linspace(0.5, 3
 task-3 answer 0 4176e09b def log_weights(log_likelihoods, codes, mean, log_variance):
 check-3-weights check 3 2d509271 # @title Check 3 (weights): run this cell
 check-3-nll check 2 75a06998 # @title Check 3 (nll): run this cell
 task-4-explain-a-figure-4-points-10-minu-2 set-up 0 32c63c85 counts = (1, 2, 5, 10, 20,
 task-4 written 4 2f2cafa7 YOUR ANSWER HERE
 task-5-train-a-vae-4-points-15-minutes-2 set-up 0 a2e39555 x_digits = (load_digits().da
 task-5 answer 0 4f1cb269 class VariationalAutoencoder(keras.Model):
 check-5 check 4 9a4cf3eb # @title Check 5: run this cell
08_conditional_vae
 colab-setup set-up 0 - # If this fails, the kernel is not that of the course: start Jup
 setup-3 set-up 0 60d23b0a import matplotlib.pyplot as plt
 setup-5 set-up 0 1b241ddc x_digits, y_digits = load_digits(return_X_y=True)
 setup-7 set-up 0 499404bf classifier = SVC(C=10, break_ties=True).fit(x_train, y_train)
 task-1 answer 0 d8130764 def every_combination(codes, number_of_classes):
 check-1-combination check 2 82401d59 # @title Check 1 (combination): run this cell
 check-1-obedience check 2 93cdf3d0 # @title Check 1 (obedience): run this cell
 task-2 answer 0 db657e45 def transfer_style(encoder, decoder, images, labels, targets):
 check-2-transfer check 3 744597b6 # @title Check 2 (transfer): run this cell
 check-2-gaussians check 3 6b19ba19 # @title Check 2 (gaussians): run this cell
 task-3 answer 0 427a2ee5 def forget_the_class(nats, shares):
 check-3 check 4 7e11658d # @title Check 3: run this cell
 task-4-explain-a-figure-4-points-10-minu-2 set-up 0 eaed1cf9 def reconstruction_nats(im
 task-4-explain-a-figure-4-points-10-minu-4 set-up 0 23b7489b images, conditions = keras
 task-4-explain-a-figure-4-points-10-minu-6 set-up 0 282a4b0b asked = np.repeat(np.arang
 task-4-explain-a-figure-4-points-10-minu-7 set-up 0 f7bf6cf2 def obeyed(images):
 task-4 written 4 2f2cafa7 YOUR ANSWER HERE
 task-5-make-it-obey-openended-5-points-1-2 set-up 0 3a514100 def measure(encoder, decod
 task-5 answer 0 632b3399 def train_conditional_vae(x, labels):
 check-5 check 5 2d023efa # @title Check 5: run this cell
09_beta_vae
 colab-setup set-up 0 - # If this fails, the kernel is not that of the course: start Jup
 setup-3 set-up 0 f43eed2d import matplotlib.pyplot as plt
 task-1 answer 0 44d1a949 def water_filling(eigenvalues, level):
 check-1-water check 2 47512295 # @title Check 1 (water): run this cell
 check-1-limits check 2 2c4e18e5 # @title Check 1 (limits): run this cell
 task-2 answer 0 7ab40a05 def free_bits_kl(kl, free_nats):
 check-2 check 3 a25b3c2b # @title Check 2: run this cell
 task-3-the-mutual-information-gap-2 set-up 0 789bb1e4 sprites, sprite_factors = make_sp
 task-3 answer 0 f045011c def equal_bins(values, bins):
 check-3-bins check 2 498441d3 # @title Check 3 (bins): run this cell
 check-3-gap check 4 b48547a0 # @title Check 3 (gap): run this cell
 task-4-which-model-is-better-4-points-2 set-up 0 febea520 steps = np.arange(32)
 task-4-which-model-is-better-4-points-3 set-up 0 4a51b8ac figure, ax = plt.subplots(fig
 task-4 written 4 2f2cafa7 YOUR ANSWER HERE
10_gan_beside_vae
 colab-setup set-up 0 - # If this fails, the kernel is not that of the course: start Jup
 setup-3 set-up 0 a9e28a6f import logging
 task-1 answer 0 e0475a5d def frechet_distance(features_1, features_2):
 check-1 check 4 6f1b566b # @title Check 1: run this cell
 task-2 answer 0 6c1ba8c7 def precision_and_recall(real, generated, k):
 check-2 check 4 5c5c8b87 # @title Check 2: run this cell
 task-3-losses-2 set-up 0 f4dd5f5b def frozen(network, inputs):
 task-3 answer 0 a0a5afd3 def discriminator_loss(real_logits, generated_logits):
 check-3-losses check 2 57598acb # @title Check 3 (losses): run this cell
 check-3-gradients check 3 a0720182 # @title Check 3 (gradients): run this cell
 task-4-three-sheets-2 set-up 0 feabae67 # @title Make the sheets and measure them: run
 task-4-three-sheets-3 set-up 0 1b095192 figure, axes = plt.subplots(1, 3, figsize=(10,
 task-4-three-sheets-4 set-up 0 2955eea1 lines = [" " * 17 + "Fréchet  precision  recall
 task-4 written 4 2f2cafa7 YOUR ANSWER HERE
11_using_codes
 colab-setup set-up 0 - # If this fails, the kernel is not that of the course: start Jup
 setup-3 set-up 0 8992042a import matplotlib.pyplot as plt
 setup-5 set-up 0 4eee42dc (x_train, y_train), _, (x_test, y_test) = load_mnist(6000, va
 setup-7 set-up 0 59303593 encoder = keras.Sequential(
 task-1 answer 0 2e77562b def precision_at_k(queries, query_labels, database, labels, k,
 check-1 check 4 e1960170 # @title Check 1: run this cell
 task-2 answer 0 220e8e41 def few_label_accuracy(
 check-2 check 5 18d58106 # @title Check 2: run this cell
 task-3-concept-2 set-up 0 6b18006c def slant(images):
 task-3 answer 0 62b5eccd def concept_vector(codes, attribute, number):
 check-3-vector check 2 8e9e1dc4 # @title Check 3 (vector): run this cell
 check-3-shift check 3 2d40efff # @title Check 3 (shift): run this cell
 task-4-map-2 set-up 0 ca79a364 noise = np.random.default_rng(0).standard_normal((300, 1
 task-4 written 4 2f2cafa7 YOUR ANSWER HERE
12_anomaly_detection
 colab-setup set-up 0 - # If this fails, the kernel is not that of the course: start Jup
 setup-3 set-up 0 745937c6 import matplotlib.pyplot as plt
 task-1-count-the-pairs-4 set-up 0 5289e6ae (x_digits, y_digits), _, (x_new, y_new) = lo
 task-1 answer 0 43dd7bc2 def auroc(scores, labels):
 check-1 check 4 df623c14 # @title Check 1: run this cell
 task-2-promise-2 set-up 0 2bdf01d5 (x_clothes, y_clothes), _, (x_late, y_late) = load_f
 task-2 answer 0 1daa6095 def choose_threshold(scores, labels, part, false_alarm_rate):
 check-2-threshold check 3 bdf9a5a5 # @title Check 2 (threshold): run this cell
 check-2-rates check 3 090a829f # @title Check 2 (rates): run this cell
 task-3 answer 0 0f2117a2 def make_windows(series, labels, length, step):
 check-3-windows check 3 b857cbe5 # @title Check 3 (windows): run this cell
 check-3-split check 3 acb3af0a # @title Check 3 (split): run this cell
 task-4-explain-a-figure-2 set-up 0 2981ea90 class VariationalAutoencoder(keras.Model):
 task-4-explain-a-figure-4 set-up 0 851cf708 test_clothes = x_late[:2000].reshape(-1, 78
 task-4-explain-a-figure-5 set-up 0 acf19244 def negative_elbo(images):
 task-4 written 4 2f2cafa7 YOUR ANSWER HERE
 all-together-2 set-up 0 eb583e02 readings, event = load_sensors()["single-hop, outdoor,
 all-together-3 set-up 0 7f9d098b figure, axes = plt.subplots(2, 1, figsize=(9, 4), shar
13_compression
 colab-setup set-up 0 - # If this fails, the kernel is not that of the course: start Jup
 setup-3 set-up 0 087ffc46 import matplotlib.pyplot as plt
 setup-5 set-up 0 0e311f63 (x_train, _), _, (x_test, _) = load_fashion_mnist(10_000, val
 task-1 answer 0 393e2949 def fit_model(train_integers, low, high):
 check-1-model check 2 9b2f7f05 # @title Check 1 (model): run this cell
 check-1-bits check 3 f0592a42 # @title Check 1 (bits): run this cell
 task-1-bits-6 set-up 0 e71efd59 train_integers = np.round(train_codes).astype(int)
 task-2 answer 0 f70f68e0 def quantise(codes, step):
 check-2-integers check 2 343f0ccd # @title Check 2 (integers): run this cell
 check-2-error check 3 3a70b1fa # @title Check 2 (error): run this cell
 task-3 answer 0 ba96ff3e def decoder_bits(decoder):
 check-3-decoder check 2 56e5096a # @title Check 3 (decoder): run this cell
 check-3-even check 2 f3dec273 # @title Check 3 (even): run this cell
 task-3-pay-6 set-up 0 d7ab512b decoder = keras.Sequential([keras.Input((16,)), layers.D
 task-4-explain-a-figure-2 set-up 0 af312c27 class Codec(keras.Model):
 task-4-explain-a-figure-4 set-up 0 8a0a74b1 figure, (left, middle, right) = plt.subplot
 task-4 written 4 2f2cafa7 YOUR ANSWER HERE
14_levels_and_music
 colab-setup set-up 0 - # If this fails, the kernel is not that of the course: start Jup
 setup-3 set-up 0 d04d2677 import matplotlib.pyplot as plt
 setup-5 set-up 0 97577a02 levels, solved = load_levels()
 setup-7 set-up 0 9e4f7f81 colors = ListedColormap(
 task-1 answer 0 4e4ef4ee def one_hot(levels, kinds):
 check-1 check 4 27f70474 # @title Check 1: run this cell
 task-2 answer 0 3dd66f5c def reachable(level):
 check-2 check 5 b7322f11 # @title Check 2: run this cell
 task-3 answer 0 85473254 def novelty(levels, others=None):
 check-3 check 3 661beb98 # @title Check 3: run this cell
 task-4-parallel-fifths-2 set-up 0 e62b9361 def piece_of(*voices):
 task-4 answer 0 20ecb93a def count_parallels(piece, interval):
 check-4 check 4 3ef37193 # @title Check 4: run this cell
 task-5-which-generator-2 set-up 0 4ef289c0 # A split in which no held-out level is near
 task-5 written 4 2f2cafa7 YOUR ANSWER HERE
 all-together-2 set-up 0 b34f5739 def pattern_shares(levels):
15_recommenders_and_molecules
 colab-setup set-up 0 - # If this fails, the kernel is not that of the course: start Jup
 setup-3 set-up 0 fa1883c5 import matplotlib.pyplot as plt
 setup-5 set-up 0 462969c0 rng = np.random.default_rng(3)
 task-1 answer 0 f1483c5e def recommend(scores, seen, k):
 check-1-recommend check 2 e4864090 # @title Check 1 (recommend): run this cell
 check-1-ndcg check 3 f9fb989b # @title Check 1 (ndcg): run this cell
 task-1-list-6 set-up 0 c83f5e56 scores, seen = np.tile(x_train.sum(axis=0), (300, 1)),
 task-2 answer 0 0b55eaa1 def multinomial_loss(x, logits):
 check-2-value check 2 1b681c41 # @title Check 2 (value): run this cell
 check-2-training check 2 83642fd4 # @title Check 2 (training): run this cell
 task-3-molecules-2 set-up 0 633761df SPELLINGS = {
 task-3 answer 0 12f11b4e def judge(samples, train_strings, canonical):
 check-3 check 5 888bddae # @title Check 3: run this cell
 task-4-explain-a-figure-2 set-up 0 ed0a311a def found_share(scores, rows, hidden):
 task-4-explain-a-figure-4 set-up 0 a13ebe7c molecules = load_molecules()
 task-4-explain-a-figure-6 set-up 0 5b2c5f1c figure, (left, middle, right) = plt.subplot
 task-4 written 4 2f2cafa7 YOUR ANSWER HERE
"""
# reference ends

STUB = 'raise NotImplementedError("Write your answer here and remove this line.")'
WRITTEN_STUB = "YOUR ANSWER HERE"
# Lines that Jupyter understands and Python doesn't: %magic, !command, help?
MAGIC = re.compile(
    r"\s*([\w., ]+=\s*)?[%!].*"
    r"|\s*\?{1,2}\s*[\w.*%]+\s*"
    r"|\s*[\w.*%]+\s*\?{1,2}\s*(#.*)?"
)
# Of the cells that begin with such a line, these hold Python.
PYTHON_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun")
CELL_TYPES = ("code", "markdown", "raw")
FRESH = "copy your answers into a fresh copy of the exercise"


def digest_of(text):
    """Return a short digest of a cell's text."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def text_of(cell):
    """Return the text of a cell, which a file may hold as one string or as lines."""
    return "".join(cell["source"]).replace("\r\n", "\n").strip()


def kind_of(cell):
    """Return what a cell of an exercise is for, or "" if nbgrader ignores it."""
    mark = cell["metadata"].get("nbgrader", {})
    if mark.get("solution"):
        return "written" if mark["grade"] else "answer"
    return "check" if mark.get("grade") else "set-up" if mark.get("locked") else ""


def describe(name, cells):
    """Return the lines of the reference for the cells of a student version."""
    lines = [name]
    for cell in cells:
        kind, text = kind_of(cell), text_of(cell)
        if not kind:
            continue
        # A fork writes its own address into the cell that fetches the course.
        free = "colab-setup" in cell["metadata"].get("tags", [])
        mark = cell["metadata"]["nbgrader"]
        fields = [mark["grade_id"], kind, str(mark.get("points", 0))]
        fields += ["-" if free else digest_of(text), text.splitlines()[0]]
        lines.append(" ".join(["", *fields])[:88].rstrip())
    return lines


def read_reference(text):
    """Return {exercise: its marked cells in order} from lines that `describe` made."""
    exercises = {}
    for line in text.strip().splitlines():
        if not line.startswith(" "):
            cells = exercises[line] = []
            continue
        name, kind, points, digest, first_line = line.split(maxsplit=4)
        mark = {
            "grade": kind in ("check", "written"),
            "grade_id": name,
            "locked": kind in ("check", "set-up"),
            "schema_version": 3,
            "solution": kind in ("answer", "written"),
            "task": False,
        }
        if mark["grade"]:
            mark["points"] = int(points)
        set_up = f'the set-up cell that begins "{first_line}"'
        cells.append(
            {
                "name": name,
                "called": set_up if kind == "set-up" else name,
                "kind": kind,
                "type": "markdown" if kind == "written" else "code",
                "mark": mark,
                "digest": digest,
                "begins": first_line,
            }
        )
    return exercises


EXERCISES = read_reference(REFERENCE)


def read_notebook(path):
    """Return a notebook as a dictionary; ValueError says why it is none."""
    content = Path(path).read_bytes()
    if not content.strip():
        raise ValueError("the file is empty: save the notebook again")
    try:
        notebook = json.loads(content.decode("utf-8"))
        # Half a character, which no program could write into a file again.
        json.dumps(notebook, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ValueError(f"this is not a notebook: nested too deep: {FRESH}") from error
    except ValueError as error:
        raise ValueError(f"this is not a notebook: {error}: {FRESH}") from error
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise ValueError(f"this is not a notebook: it has no cells: {FRESH}")
    if notebook.get("nbformat") != 4:
        raise ValueError("it is not in format 4: open it in Jupyter and save it again")
    if not isinstance(notebook.get("metadata"), dict):
        raise ValueError(f"the notebook is damaged: its metadata is broken: {FRESH}")
    for number, cell in enumerate(notebook["cells"], start=1):
        damage = damage_of(cell)
        if damage:
            raise ValueError(f"cell {number} is damaged: {damage}: {FRESH}")
    return notebook


def damage_of(cell):
    """Say why something is no cell of a notebook, or return ""."""
    if not isinstance(cell, dict):
        return "it is no cell"
    if cell.get("cell_type") not in CELL_TYPES:
        return "it is neither code nor Markdown"
    if not isinstance(cell.get("metadata"), dict):
        return "its metadata is broken"
    if not isinstance(cell["metadata"].get("nbgrader", {}), dict):
        return "its grading mark is broken"
    source = cell.get("source")
    lines = source if isinstance(source, list) else [source]
    if not all(isinstance(line, str) for line in lines):
        return "its text is broken"
    if not isinstance(cell.get("id", ""), str):
        return "its id is broken"
    outputs = cell.get("outputs", [])
    if not isinstance(outputs, list) or not all(isinstance(x, dict) for x in outputs):
        return "its outputs are broken"
    return ""


def name_of(cell):
    """Return the name that nbgrader gave a cell, or None."""
    name = cell["metadata"].get("nbgrader", {}).get("grade_id")
    return name if isinstance(name, str) else None


def id_of(cell):
    """Return the id of a cell, which Colab writes into the metadata."""
    return cell.get("id", cell["metadata"].get("id"))


def unmarked(notebook, wanted):
    """Find the cell that lost the mark of a wanted one: by its id, or by its text."""
    cells = [cell for cell in notebook["cells"] if name_of(cell) is None]
    found = [cell for cell in cells if id_of(cell) == wanted["name"]]
    if not found and wanted["kind"] in ("check", "set-up"):
        found = [cell for cell in cells if digest_of(text_of(cell)) == wanted["digest"]]
    return found[-1] if found else None


def has_mark(cell, wanted):
    """Say whether the mark of a cell is one that nbgrader accepts."""
    mark = dict(cell["metadata"]["nbgrader"])
    checksum = mark.pop("checksum", "0" * 32)
    known_type = mark.pop("cell_type", "code") in CELL_TYPES
    whole = isinstance(checksum, str) and len(checksum) == 32
    return mark == wanted["mark"] and known_type and whole


def repair(notebook, exercise):
    """Give marks back to cells that lost them, and take them from copies.

    Of a cell that is there twice the last keeps the mark, since its answer is the one
    that counts when the notebook runs from top to bottom; of a written answer the last
    that is not empty. A cell with a mark has the type that nbgrader expects. Returns
    what was done.
    """
    done = []
    names = [wanted["name"] for wanted in exercise]
    for cell in notebook["cells"]:
        if "nbgrader" in cell["metadata"] and name_of(cell) not in names:
            done.append("a grading mark that is not of this exercise was taken away")
            del cell["metadata"]["nbgrader"]
    for wanted in exercise:
        called = wanted["called"]
        cells = [c for c in notebook["cells"] if name_of(c) == wanted["name"]]
        if not cells:
            cell = unmarked(notebook, wanted)
            if cell is None:
                continue
            cell["metadata"]["nbgrader"] = dict(wanted["mark"])
            done.append(f"{called}: grading mark given back")
            cells = [cell]
        filled = [c for c in cells if not is_unwritten(c)]
        kept = (filled if wanted["kind"] == "written" and filled else cells)[-1]
        for cell in cells:
            if cell is not kept:
                del cell["metadata"]["nbgrader"]
                done.append(f"{called}: a copy no longer counts")
        if not has_mark(kept, wanted):
            kept["metadata"]["nbgrader"] = dict(wanted["mark"])
            done.append(f"{called}: grading mark corrected")
        if kept["cell_type"] != wanted["type"]:
            change_type(kept, wanted["type"])
            done.append(f"{called}: turned into a {wanted['type']} cell again")
    return done


def change_type(cell, cell_type):
    """Turn a cell into one of another type, with the same text."""
    for key in ("outputs", "execution_count", "attachments"):
        cell.pop(key, None)
    if cell_type == "code":
        cell.update(outputs=[], execution_count=None)
    cell["cell_type"] = cell_type


def problems(notebook, exercise):
    """List what would cost points when a notebook is graded.

    Each says what to do. What nbgrader mends by itself begins with "note: ".
    """
    found = []
    cells = notebook["cells"]
    names = [wanted["name"] for wanted in exercise]
    places = {name_of(cell): place for place, cell in enumerate(cells)}
    for number, cell in enumerate(cells, start=1):
        if "nbgrader" in cell["metadata"] and name_of(cell) not in names:
            found.append(
                f"cell {number}: its grading mark is not of this exercise: "
                "run with --repair"
            )
    for number, wanted in enumerate(exercise):
        called = wanted["called"]
        there = [cell for cell in cells if name_of(cell) == wanted["name"]]
        if not there:
            found.append(missing(notebook, wanted))
            continue
        cell = there[-1]
        if len(there) > 1:
            found.append(
                f"{called}: it is there {len(there)} times: delete all but the one "
                "that counts, or run with --repair, which keeps the last"
            )
            continue
        if not has_mark(cell, wanted):
            found.append(f"{called}: its grading mark is damaged: run with --repair")
        if cell["cell_type"] != wanted["type"]:
            found.append(
                f"{called}: it became a {cell['cell_type']} cell: turn it into a "
                f"{wanted['type']} cell again, or run with --repair"
            )
        if wanted["kind"] == "written":
            found += written_problems(called, cell)
        elif wanted["kind"] == "answer":
            found += answer_problems(called, text_of(cell))
        elif wanted["digest"] not in ("-", digest_of(text_of(cell))):
            what = "the check" if wanted["kind"] == "check" else "it"
            found.append(f"note: {called}: {what} was changed; the original will count")
        for later in exercise[number:]:
            above = places.get(later["name"], len(cells)) < places[wanted["name"]]
            if above and needs(later, wanted):
                what = "it" if wanted["kind"] == "set-up" else "the answer"
                found.append(
                    f"{called}: {what} stands below {later['name']}, which needs it: "
                    "move it up"
                )
                break
    return found


def missing(notebook, wanted):
    """Say what it means that a marked cell is not there."""
    called = wanted["called"]
    if unmarked(notebook, wanted) is not None:
        return f"{called}: the cell lost its grading mark: run with --repair"
    if wanted["kind"] in ("check", "set-up"):
        return f"note: {called}: the cell is missing; nbgrader puts it back"
    return (
        f"{called}: the cell is missing: copy it from a fresh copy of the exercise, "
        f'where it begins "{wanted["begins"]}", and write your answer into it'
    )


def needs(check, wanted):
    """Say whether a check needs a cell: its own answer, or any set-up before it."""
    if check["kind"] != "check":
        return False
    own = check["name"].startswith(wanted["name"].replace("task", "check"))
    return wanted["kind"] == "set-up" or wanted["kind"] == "answer" and own


def is_unwritten(cell):
    """Say whether a written answer holds nothing of the student's own."""
    return not text_of(cell).replace(WRITTEN_STUB, "").strip()


def written_problems(called, cell):
    """List what is wrong with a written answer."""
    if not is_unwritten(cell):
        return []
    if text_of(cell):
        return [f"{called}: not answered yet"]
    return [f"{called}: the answer is empty: write it into this cell"]


def answer_problems(called, text):
    """List what is wrong with an answer in Python."""
    if any(line.strip() == STUB for line in text.splitlines()):
        return [f"{called}: not answered yet"]
    if text.startswith("%%"):
        magic, _, rest = text.partition("\n")
        if magic.split()[0] not in PYTHON_MAGICS:
            return []
        text = "\n" + rest
    try:
        empty = not parse(text).body
    except SyntaxError as error:
        line = f"line {error.lineno}: {error.msg}"
        return [f"{called}: Python cannot read the answer: correct {line}"]
    except (ValueError, RecursionError, MemoryError):
        return [f"{called}: Python cannot read the answer: write it in another way"]
    if empty:
        return [f"{called}: the answer is empty: write it, or move it, into this cell"]
    return []


def parse(text):
    """Parse Python with lines that only Jupyter understands.

    Such a line is only replaced where Python stops at it: a line that begins with %
    may as well continue a calculation.
    """
    lines = text.splitlines()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        while True:
            try:
                return ast.parse("\n".join(lines))
            except SyntaxError as error:
                place = (error.lineno or 0) - 1
                if not (0 <= place < len(lines) and MAGIC.fullmatch(lines[place])):
                    raise
                line = lines[place]
                lines[place] = line[: len(line) - len(line.lstrip())] + "pass"


def find_exercise(path):
    """Return the name of an exercise and what is wrong with the file's name."""
    stem = Path(path).stem
    if stem in EXERCISES:
        return stem, []
    similar = [name for name in EXERCISES if name in stem or name[:2] == stem[:2]]
    wanted = similar[0] if similar else ".ipynb or ".join(EXERCISES)
    problem = f"no exercise has this file name: rename it to {wanted}.ipynb"
    return (similar[0] if similar else None), [problem]


def other_exercise(notebook, name):
    """Return the exercise that a notebook holds instead of the one it is called."""
    digests = {digest_of(text_of(cell)) for cell in notebook["cells"]}
    kept = {
        exercise: sum(
            wanted["digest"] in digests
            for wanted in cells
            if wanted["kind"] in ("check", "set-up")
        )
        for exercise, cells in EXERCISES.items()
    }
    most = max(EXERCISES, key=kept.get)
    return most if kept[most] > kept[name] else None


def examine(path, repairing=False):
    """Look at one notebook; return what was repaired, and what is wrong or noted."""
    done = []
    try:
        name, found = find_exercise(path)
        notebook = read_notebook(path)
        if name is None:
            return done, found
        other = other_exercise(notebook, name)
        if other:
            return done, [*found, f"it holds the cells of {other}: give it that name"]
        if repairing:
            done = repair(notebook, EXERCISES[name])
        if done:
            text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
            Path(path).write_bytes(text.encode())
        return done, found + problems(notebook, EXERCISES[name])
    except (OSError, ValueError, RecursionError) as error:
        return done, [str(error)]


def find_submissions(folder, name):
    """Return (student, notebook or None, problem or "") for each student's folder.

    nbgrader looks at STUDENT/NAME/NAME.ipynb alone. Whatever else could be a
    submission of this exercise is a problem, one entry each, which names it and says
    what to do; a folder without a submission is a problem, too. A file outside the
    students' folders belongs to the student "".
    """
    found = []
    for place in list_places(folder):
        notebooks, problems = look_into(place, [name])
        student = place.name if place.is_dir() else ""
        notebook = notebooks[0] if notebooks else None
        found += [(student, notebook, problem) for problem in problems or [""]]
    return sorted(found, key=lambda entry: entry[0])


def list_places(folder):
    """Return the folders of students, and notebooks that lie beside them."""
    return [
        place
        for place in sorted(Path(folder).iterdir())
        if not place.name.startswith(".") and (place.is_dir() or is_notebook(place))
    ]


def is_notebook(path):
    """Say whether a file is called as a notebook, perhaps with something behind."""
    return ".ipynb" in path.name


def look_into(place, names):
    """Return the notebooks of a student that nbgrader finds, and what is wrong.

    Looks for the exercises of these names.
    """
    one = names[0] if len(names) == 1 else "NAME"
    if place.is_file():
        one = find_exercise(place)[0] or one
    order = f"STUDENT/{one}/{one}.ipynb"
    if place.is_file():
        return [], [f"{place}: in no student's folder: move it to {order}"]
    if place.name in EXERCISES:
        return [], [f"{place}: this is no student's folder; nbgrader wants {order}"]
    paths = [path for path in sorted(place.rglob("*")) if path.is_file()]
    notebooks, problems, others = [], [], []
    for path in paths:
        parts = path.relative_to(place).parts
        name, _ = find_exercise(path)
        if any(part.startswith(".") for part in parts):
            continue
        others.append(path.name)
        if name and name not in names or not is_notebook(path):
            continue
        if name and parts == (name, f"{name}.ipynb"):
            notebooks.append(path)
            continue
        wanted = place / (name or one) / f"{name or one}.ipynb"
        what = f"{path}: nbgrader does not look here, but at {wanted}"
        there = wanted.exists()
        what += ": keep the one that counts there" if there else ": move it there"
        problems.append(what)
    if not notebooks and not problems:
        held = ", ".join(others) or "nothing"
        what = f"{place}: no notebook here ({held}): ask for one, as {order}"
        problems.append(what)
    return notebooks, problems


def look_through(folder, repairing):
    """Examine a folder of students' folders, or of one student; count the problems."""
    if any((folder / name / f"{name}.ipynb").is_file() for name in EXERCISES):
        places = [folder]  # one student, or the student versions
    else:
        places = list_places(folder)
    count = 0
    for place in places:
        notebooks, problems = look_into(place, list(EXERCISES))
        for path in notebooks:
            count += report(path, *examine(path, repairing))
        for problem in problems:
            print(problem)
        count += len(problems)
    if not places:
        print(f"{folder}: nothing here: give the folder with the students' folders")
    return count + (not places)


def report(path, done, found):
    """Print a line for everything about one notebook; return how many cost points."""
    for line in done:
        print(f"{path}: repaired: {line}")
    for line in found:
        print(f"{path}: {line}")
    count = sum(not line.startswith("note: ") for line in found)
    if not count:
        print(f"{path}: ready")
    return count


def expand(argument):
    """Return the paths that an argument stands for; none if there are none.

    Not every shell expands patterns. The folder of a notebook means the notebook, and
    so does a name without a folder, if it is in the folder release beside this file.
    """
    path = Path(argument)
    if path.exists():
        inside = path / f"{path.name}.ipynb"
        return [inside if inside.is_file() else path]
    name = argument.removesuffix(".ipynb")
    released = HERE / "release" / name / f"{name}.ipynb"
    if path.name == argument and released.is_file():
        return [released]
    return [Path(found) for found in sorted(glob.glob(argument, recursive=True))]


def main(arguments):
    """Print a line for each problem of each notebook; return how many there were."""
    repairing = "--repair" in arguments
    count = 0
    for argument in [argument for argument in arguments if argument != "--repair"]:
        paths = expand(argument)
        if not paths:
            print(
                f"{argument}: no such file in {Path.cwd()}: give the path of your "
                "notebook, or of a folder"
            )
            count += 1
        for path in paths:
            try:
                if path.is_dir():
                    count += look_through(path, repairing)
                else:
                    count += report(path, *examine(path, repairing))
            except OSError as error:
                print(f"{path}: {error}")
                count += 1
    return count


if __name__ == "__main__":
    if not set(sys.argv[1:]) - {"--repair"}:
        sys.exit(__doc__)
    # A name that the terminal's encoding lacks must not stop the rest.
    sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(1 if main(sys.argv[1:]) else 0)
