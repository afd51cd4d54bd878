"""Write the tables of results and the pictures from the executed lessons.

The numbers are those that the results cell of each lesson carries: docs/results.md
has all of them, README.md the few in HEADLINES. The picture of a lesson is the
figure of its cell tagged "picture". Its thumbnail is a part of a figure, or several
parts one below the other, which a cell's metadata names:

    "thumbnail": {"alt": "Four atoms", "parts": [[left, top, right, bottom], ...]}

in pixels of the figure. The banner of the README is drawn by the decoder of lesson 7
that the playground has.
"""

import base64
import io
import tomllib
from pathlib import Path

import nbformat
import numpy as np
import playground
from PIL import Image
from scipy.stats import norm

ROOT = Path(__file__).resolve().parent.parent
BEGIN = "<!-- results: written by scripts/report.py -->\n"
END = "<!-- end of results -->"

# The rows of the README, and what they are held against: {(lesson, metric): text}.
# In braces: figures of docs/published.toml, and other rows of the same lesson.
HEADLINES = {
    ("01", "train_mse_ratio_to_pca_k32"): (
        "test errors “almost the same” (Imperial College MatchLab, notebook 06); "
        "pictures only (Neuromatch)"
    ),
    ("02", "test_mse_30"): (
        "{geron_dense_mse} on validation images, {geron_dense_epochs} epochs "
        "(Géron 2022, chapter 17)"
    ),
    ("03", "test_mse_sparse"): (
        "validation loss with 300 units, penalty included: {geron_sparse_l1_loss} "
        "with L1, {geron_sparse_kl_loss} with KL (Géron 2022, chapter 17)"
    ),
    ("04", "denoiser_psnr_db"): (
        "best linear denoiser: {linear_psnr_db:.1f} dB, with a sigmoid at its end: "
        "{linear_sigmoid_psnr_db:.1f} dB (lesson 4)"
    ),
    ("05", "jacobian_relative_error"): "the formula of Rifai et al. (2011)",
    ("05", "growth_over_formula_0.1"): (
        "1 as the noise goes to 0 (Bishop 1995; Alain and Bengio 2014)"
    ),
    ("06", "conv_test_mse_30_small"): (
        "{geron_conv_mse} on validation images, {geron_conv_weights:,} weights, "
        "{geron_conv_epochs} epochs (Géron 2022, chapter 17)"
    ),
    ("06", "conv_over_dense"): (
        "1: a dense model of the same size, 12 epochs against one, in about equal time"
    ),
    ("07", "elbo_2d_nats"): (
        "{keras_vae_elbo}, trained on training and test images "
        "(Keras example vae, 30 epochs)"
    ),
    ("07", "nll_20d_nats"): (
        "not the same protocol: {pythae_vae_nll} with images made black and white "
        "once, 40 dimensions and 200 samples (pythae's table of reproduced results)"
    ),
    (
        "08",
        "agreement_2d",
    ): "the judge's own accuracy on test images: {judge_accuracy:.2f}",
    (
        "08",
        "agreement_10d",
    ): "{agreement_10d_mean_image:.2f} with the mean image only (lesson 8)",
    ("09", "linear_rate_error"): (
        "reverse water-filling, the exact optimum (Cover and Thomas 2006)"
    ),
    ("09", "autoregressive_elbo_nats"): "the entropy of the series, {entropy_nats:.2f}",
    ("10", "gan_distance"): (
        "not FID: the features are the lesson's own judge's; {vae_distance:.1f} for a "
        "VAE in about equal time, {floor_distance:.1f} for test images"
    ),
    ("10", "vae_mixture_distance"): "the same VAE with its prior, {vae_distance:.1f}",
    ("11", "label_spreading_50"): (
        "PCA {label_spreading_50_pca:.2f}, pixels {label_spreading_50_pixels:.2f} "
        "(lesson 11)"
    ),
    ("12", "likelihood_digits"): (
        "a coin, 0.5; by squared error of the same model {squared_digits:.2f}"
    ),
    ("12", "heart_highest"): "one line, the energy: {heart_energy:.2f} (lesson 12)",
    ("13", "learned_over_pca_bits"): (
        "1: PCA with an entropy coder at the same error (lesson 13)"
    ),
    ("13", "vae_bits_per_pixel"): (
        "bz2 {bz2_bits_per_pixel:.3f}, a table of counts over neighbouring pixels "
        "{context_bits_per_pixel:.3f} (lesson 13)"
    ),
    ("14", "bits_neighbours"): (
        "a table over four neighbours {bits_markov:.2f}, independent tiles "
        "{bits_independent:.2f} (lesson 14)"
    ),
    (
        "14",
        "music_seeing_bits",
    ): "the chain of chords {music_chord_bits:.1f} (lesson 14)",
    ("15", "ndcg_vae"): (
        "EASE {ndcg_ease:.2f}, popularity {ndcg_popularity:.2f} on the same people "
        "(lesson 15)"
    ),
    ("15", "selfies_vae_over_ngram"): (
        "1: the longest memory of an n-gram that doesn't copy (lesson 15)"
    ),
}
# Rows whose model has seconds of its own among those of the lesson.
OWN_SECONDS = {
    "conv_test_mse_30_small": "convolutional, small",
    "conv_over_dense": "convolutional, large",
    "gan_distance": "GAN",
    "vae_mixture_distance": "VAE, mixture",
}

# The README shows thumbnails half as wide: enough pixels for every screen.
THUMBNAIL_WIDTH = 280
THUMBNAIL_COLOURS = 32
# Between the parts of a thumbnail, as between the rows of a figure.
GAP = 7
BANNER_ROWS, BANNER_COLUMNS = 10, 36


def published():
    """Return the figures of others, {name: value}."""
    with open(ROOT / "docs" / "published.toml", "rb") as file:
        return {name: entry["value"] for name, entry in tomllib.load(file).items()}


def tagged_outputs(notebook, tag):
    """Return all outputs of the cells that have a tag."""
    return [
        output
        for cell in notebook.cells
        if tag in cell.metadata.get("tags", [])
        for output in cell.outputs
    ]


def read_results(notebook):
    """Return the data of a lesson's results cell."""
    (results,) = [
        output["data"]["application/json"]
        for output in tagged_outputs(notebook, "results")
        if "application/json" in output.get("data", {})
    ]
    return results


def read_figure(outputs):
    """Return the PNG of the one figure among outputs, as bytes."""
    (figure,) = [
        output["data"]["image/png"]
        for output in outputs
        if "image/png" in output.get("data", {})
    ]
    return base64.b64decode(figure)


def read_picture(notebook):
    """Return the PNG of the lesson's picture, as bytes."""
    return read_figure(tagged_outputs(notebook, "picture"))


def thumbnail_cell(notebook):
    """Return the cell whose figure the lesson's thumbnail is cut from."""
    (cell,) = [cell for cell in notebook.cells if "thumbnail" in cell.metadata]
    return cell


def make_thumbnail(notebook):
    """Return the lesson's thumbnail as an image of few colours."""
    cell = thumbnail_cell(notebook)
    figure = Image.open(io.BytesIO(read_figure(cell.outputs))).convert("RGB")
    parts = [figure.crop(part) for part in cell.metadata.thumbnail["parts"]]
    height = sum(part.height for part in parts) + GAP * (len(parts) - 1)
    joined = Image.new("RGB", (parts[0].width, height), "white")
    top = 0
    for part in parts:
        joined.paste(part, (0, top))
        top += part.height + GAP
    size = (THUMBNAIL_WIDTH, round(THUMBNAIL_WIDTH * height / joined.width))
    small = joined.resize(size, Image.Resampling.LANCZOS)
    # Colours that few pixels have count too, such as those of a figure's marks.
    return small.quantize(THUMBNAIL_COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=1)


def decode(model, codes):
    """Return the images, from 0 to 1, that a decoder of the playground makes."""
    weights = playground.decode_halves(model["weights"])
    x = codes
    for layer in model["layers"]:
        inputs, units = layer["inputs"], layer["units"]
        kernel, bias, weights = np.split(weights, np.cumsum([inputs * units, units]))
        x = x @ kernel.reshape(inputs, units) + bias
        if layer["activation"] == "silu":
            x = x / (1 + np.exp(-x))
    # The last layer gives logits.
    return (1 / (1 + np.exp(-x))).reshape(-1, 28, 28)


def make_banner():
    """Return what the decoder of lesson 7 makes of its plane, in steps of quantiles."""
    rows, columns = (
        norm.ppf((np.arange(steps) + 0.5) / steps)
        for steps in (BANNER_ROWS, BANNER_COLUMNS)
    )
    # The top row has the largest number.
    grid = np.array([(x, y) for y in rows[::-1] for x in columns], "float32")
    tiles = decode(playground.read_model("plane"), grid)
    tiles = tiles.reshape(BANNER_ROWS, BANNER_COLUMNS, 28, 28).transpose(0, 2, 1, 3)
    banner = tiles.reshape(BANNER_ROWS * 28, BANNER_COLUMNS * 28)
    return Image.fromarray((255 * banner).round().astype("uint8"))


def headlines_table(all_results):
    """Return the rows of HEADLINES as a Markdown table."""
    lines = [
        "| lesson | quantity | this course | expected range | unit | held against "
        "| training |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for results in all_results:
        lesson = results["lesson"]
        for row in results["rows"]:
            reference = HEADLINES.get((lesson, row["metric"]))
            if reference:
                others = {other["metric"]: other["value"] for other in results["rows"]}
                reference = reference.format(**(published() | others))
                seconds = results["seconds"][OWN_SECONDS.get(row["metric"], "train")]
                lines.append(
                    f"| {lesson} {table_row(row)} {reference} | {seconds:.0f} s |"
                )
    return "\n".join(lines) + "\n"


def table_row(row):
    return (
        f"| `{row['metric']}` | {row['value']:.4g} "
        f"| {row['low']:g} to {row['high']:g} | {row['unit']} |"
    )


def results_page(all_results):
    """Return all results of all lessons as a Markdown page."""
    lines = ["# All results", "", "Written by `make report` from the executed lessons."]
    for results in all_results:
        seconds = results["seconds"]
        if "train" in seconds:
            took = f"the models of its section *Train* took {seconds['train']:.0f}"
        else:
            took = ", ".join(f"{name}: {value:.0f}" for name, value in seconds.items())
            took = f"took ({took})"
        lines += [
            "",
            f"## Lesson {results['lesson']}",
            "",
            f"Training {took} seconds on two CPU cores.",
            "",
            "| quantity | this course | expected range | unit |",
            "| --- | --- | --- | --- |",
            *(table_row(row) for row in results["rows"]),
        ]
    return "\n".join(lines) + "\n"


def write_report(root):
    """Write README.md's table, docs/results.md, and the pictures into docs/."""
    lessons = sorted(root.glob("notebooks/*.ipynb"))
    notebooks = {path.stem: nbformat.read(path, as_version=4) for path in lessons}
    for name, notebook in notebooks.items():
        (root / "docs" / f"{name}.png").write_bytes(read_picture(notebook))
        thumbnail = make_thumbnail(notebook)
        thumbnail.save(root / "docs" / f"{name}_thumbnail.png", optimize=True)
    make_banner().save(root / "docs" / "plane.png", optimize=True)
    all_results = [read_results(notebook) for notebook in notebooks.values()]
    (root / "docs" / "results.md").write_text(
        results_page(all_results), encoding="utf-8"
    )
    readme = root / "README.md"
    before, rest = readme.read_text(encoding="utf-8").split(BEGIN)
    _, after = rest.split(END)
    readme.write_text(
        before + BEGIN + headlines_table(all_results) + END + after, encoding="utf-8"
    )


if __name__ == "__main__":
    write_report(ROOT)
