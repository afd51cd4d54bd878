"""Write trained networks of the lessons for the playground, whose pages run them.

python scripts/playground.py            all models
python scripts/playground.py NAME ...   only these
"""

import base64
import json
import sys
from pathlib import Path

import nbformat
import numpy as np
import playground_cells as cells
import refresh
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "playground" / "models"
LARGEST = 1_000_000  # bytes of weights, of one model


def turning_code(name):
    """Return the entry in MODELS of a model of lesson 9, whose code a page turns."""
    decoder = f"sprite_models[{name!r}].decoder"
    return {
        "lesson": "09_beta_vae",
        "network": f"dense_layers({decoder})",
        "arrays": {
            # The numbers of the code, those with the largest KL first.
            "order": f"order[{name!r}]",
            "images": "sprites_test[examples]",
            "codes": "mean[examples][:, numbers]",
        },
        "numbers": {
            "kl": "rate_of(mean, log_variance)[numbers]",
            "angles": "angles",
            "gaps": "gaps",
        },
        "inputs": "mean[examples]",
        "outputs": f"ops.sigmoid({decoder}(inputs))",
        "before": cells.TURNS.format(name=name),
    }


# The models by name: their lesson, and expressions for its kernel after the last cell:
#   network   the dense layers in order, each as (kernel, bias, activation)
#   arrays    what else the page needs; its keys stand beside the network's
#   numbers   optional: what was measured, in decimals
#   picture   optional: an image for the overview, from 0 to 1
#   inputs    a few inputs of the network, for the test
#   outputs   what the lesson's own code answers to these `inputs`, for the test
#   before    optional: what runs before them, as another cell of the lesson
MODELS = {
    "pieces": {
        "lesson": "03_sparse_autoencoder",
        # The decoder, which is one layer.
        "network": "dense_layers(autoencoder)[-1:]",
        "arrays": {
            "classes": "FASHION_MNIST_CLASSES",
            "mean_image": "mean_image",
            "images": "x_test[shown]",
            "active": "active",
            "activations": "np.take_along_axis(test_codes[shown], active, axis=1)",
        },
        "numbers": {"pca_errors": "pca_errors"},
        "picture": "np.vstack([np.hstack([as_images(sum_of_atoms(test_codes[i], k))[0]"
        " for k in (1, 2, 5, 12, 30, 51)]) for i in (shown[9], shown[5], shown[4])])",
        "inputs": "test_codes[shown[:3]]",
        "outputs": "reconstruct(autoencoder, x_test[shown[:3]])",
        "before": cells.PIECES,
    },
    "denoiser": {
        "lesson": "04_denoising_autoencoder",
        "network": "fold_layers(small.layers[-2], small.layers[-1])",
        "arrays": {
            "digits": "x_test[shown]",
            "garments": "garments[:3]",
            "names": "[FASHION_MNIST_CLASSES[label] for label in labels[:3]]",
        },
        "numbers": {
            "code_size": "CODE_SIZE",
            "epochs": "2 * EPOCHS",
            "sigmas": "test_sigmas",
            "nothing_by_sigma": "curves['nothing']",
            "lesson_by_sigma": "curves['strong']",
            "by_sigma": "score_by_sigma(partial(denoise, small))",
            "psnr": "psnr(x_test, denoise(small, noisy_test))",
            "nothing_on_garments": "psnr(garments, noisy_garments)",
            "on_garments": "psnr(garments, denoise(small, noisy_garments))",
        },
        "picture": "np.vstack([np.hstack(x[shown[2:]].reshape(-1, 28, 28)) for x in"
        " (x_test, noisy_test, linear_test, denoise(small, noisy_test))])",
        "inputs": "noisy_test[shown[:5]]",
        "outputs": "denoise(small, inputs)",
        "before": cells.SCORES + cells.SMALL_DENOISER,
    },
    "linear_denoiser": {
        "lesson": "04_denoising_autoencoder",
        "network": "[(into, -noisy_mean @ into, 'linear'), "
        "(directions.T, clean_mean, 'linear')]",
        "arrays": {},
        "numbers": {
            "rank": "RANK",
            "by_sigma": "score_by_sigma(partial(denoise_linearly, weights=low_rank))",
            "psnr": "psnr(x_test, denoise_linearly(noisy_test, low_rank))",
            "on_garments": "psnr(garments, denoise_linearly(noisy_garments, low_rank))",
        },
        "inputs": "noisy_test[shown[:5]]",
        "outputs": "denoise_linearly(inputs, low_rank)",
        "before": cells.SCORES + cells.LOW_RANK,
    },
    "plane": {
        "lesson": "07_variational_autoencoder",
        "network": "dense_layers(vae_2.decoder)",
        "arrays": {"codes": "map_codes", "digits": "map_digits"},
        "picture": "picture[28 * 4 : 28 * 11, : 28 * 14]",
        "inputs": "np.array([(0, 0), (1.5, -0.5), (-1, 2), (0.3, 3), (4, -4)])",
        "outputs": "decode(vae_2, inputs)",
    },
    "styles": {
        "lesson": "08_conditional_vae",
        "network": "dense_layers(models['conditional VAE', 2].decoder)",
        "arrays": {
            "mean_logits": "models['conditional VAE', 2].decoder"
            ".get_layer('mean_logits').kernel",
            "codes": "test_means['conditional VAE', 2][first]",
            "digits": "y_test[first]",
        },
        "picture": "np.vstack([np.hstack(in_all_digits(models['conditional VAE', 2],"
        " style)) for style in styles_2[:5]])",
        # A code and the condition.
        "inputs": "np.hstack([np.array(styles_2), all_digits[:len(styles_2)]])",
        "outputs": "decode(models['conditional VAE', 2], inputs[:, :2], inputs[:, 2:])",
    },
    "sprites_1": turning_code("β = 1 a"),
    "sprites_10": turning_code("β = 10 a")
    | {
        # Walks along the first two numbers, and along their diagonals.
        "picture": "np.vstack([np.hstack(walk(sprite_models[name], way)[:8]) for way in"
        " [(1, 0), (0, 1), (0.7, 0.7), (-0.7, 0.7)] @ unit[numbers[:2]]])",
    },
}

# What is executed after a lesson's last cell.
CELL = """
import sys
sys.path.insert(0, {scripts!r})
import playground
playground.write_model({name!r}, {code!r}, globals())
"""


def dense_layers(model):
    """Return (kernel, bias, activation) of a Keras model's dense layers with a bias."""
    return [
        (layer.kernel, layer.bias, layer.activation.__name__)
        for layer in model.layers
        if getattr(layer, "bias", None) is not None
    ]


def fold_layers(*models):
    """Return (kernel, bias, activation) of the dense layers of models in a row.

    A dense layer without a bias is followed by batch normalisation and an activation.
    Outside training batch normalisation scales and shifts each unit, which the layer's
    own kernel and bias can do.
    """
    layers = [layer for model in models for layer in model.layers]
    folded = []
    for i, layer in enumerate(layers):
        if layer.__class__.__name__ != "Dense":
            continue
        if layer.use_bias:
            folded.append((layer.kernel, layer.bias, layer.activation.__name__))
            continue
        normalisation, active = layers[i + 1 : i + 3]
        gamma, beta, mean, variance = map(as_numpy, normalisation.get_weights())
        scale = gamma / np.sqrt(variance + normalisation.epsilon)
        kernel, bias = as_numpy(layer.kernel) * scale, beta - mean * scale
        folded.append((kernel, bias, active.activation.__name__))
    return folded


def as_numpy(tensor):
    from keras import ops

    return np.array(ops.convert_to_numpy(tensor))


def as_decimals(array):
    """Return numbers as Python's, with five decimals."""
    return np.round(array.astype(float), 5).tolist()


def encode_halves(arrays):
    """Return numbers in half precision, little-endian, as base64."""
    halves = [array.astype("<f2").tobytes() for array in arrays]
    return base64.b64encode(b"".join(halves)).decode()


def decode_halves(text):
    """Return the numbers that encode_halves wrote, as one array in single precision."""
    return np.frombuffer(base64.b64decode(text), "<f2").astype("float32")


def run_in_keras(network, inputs):
    """Return what Keras calculates with weights that are rounded to half precision."""
    import keras

    x = inputs
    for kernel, bias, activation in network:
        layer = keras.layers.Dense(len(bias), activation)
        layer.build(x.shape)
        layer.set_weights([w.astype("<f2").astype("float32") for w in (kernel, bias)])
        x = layer(x)
    return as_numpy(x)


def write_model(name, code, namespace):
    """Write a model, its picture, and inputs with outputs of Keras for the test."""
    from matplotlib.image import imsave

    model = MODELS[name]
    helpers = {"dense_layers": dense_layers, "fold_layers": fold_layers}
    namespace = {**namespace, **helpers}

    def value(expression):
        return as_numpy(eval(expression, namespace))

    network = [
        (as_numpy(kernel), as_numpy(bias), activation)
        for kernel, bias, activation in eval(model["network"], namespace)
    ]
    weights = [array for kernel, bias, _ in network for array in (kernel, bias)]
    content = {
        "lesson": model["lesson"][:2],
        # By which a test notices that the code behind the model changed.
        "code": code,
        "layers": [
            {"inputs": len(kernel), "units": len(bias), "activation": activation}
            for kernel, bias, activation in network
        ],
        "weights": encode_halves(weights),
    }
    for key, expression in model["arrays"].items():
        array = value(expression)
        is_real = array.dtype.kind == "f"
        content[key] = encode_halves([array]) if is_real else array.tolist()

    for key, expression in model.get("numbers", {}).items():
        content[key] = as_decimals(value(expression))

    namespace["inputs"] = inputs = value(model["inputs"]).astype("float32")
    answers = {
        "inputs": inputs,
        # The network alone, with the weights that the browser has.
        "network": run_in_keras(network, inputs),
        # The lesson's own code, with the weights as they were trained.
        "lesson": value(model["outputs"]),
    }
    answers = {key: as_decimals(array) for key, array in answers.items()}
    FOLDER.mkdir(exist_ok=True)
    if "picture" in model:
        picture = value(model["picture"])
        imsave(FOLDER / f"{name}.png", picture, cmap="gray", vmin=0, vmax=1)
    script = f"MODELS.{name} = {json.dumps(content)};\n"
    (FOLDER / f"{name}.js").write_text(script, encoding="utf-8")
    (FOLDER / f"{name}.json").write_text(json.dumps(answers) + "\n", encoding="utf-8")


def read_model(name):
    """Return what write_model wrote for the browser."""
    script = (FOLDER / f"{name}.js").read_text(encoding="utf-8")
    return json.loads(script.removeprefix(f"MODELS.{name} = ").removesuffix(";\n"))


def read_numbers(name):
    """Return what was measured when the model was written."""
    model = read_model(name)
    return {key: model[key] for key in MODELS[name].get("numbers", {})}


def read_lesson(name):
    return nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)


def code_digest(name):
    """Return a digest of the code that a model comes from: its lesson and its entry."""
    model = MODELS[name]
    code = refresh.digests(read_lesson(model["lesson"]))["code"]
    return refresh.digest([code, model])


def execute(lesson, names):
    """Execute a lesson, and write the models of these names at its end."""
    notebook = read_lesson(lesson)
    codes = {name: code_digest(name) for name in names}
    scripts = str(Path(__file__).parent)
    for name, code in codes.items():
        write = CELL.format(scripts=scripts, name=name, code=code)
        for source in (MODELS[name].get("before", ""), write):
            notebook.cells.append(nbformat.v4.new_code_cell(source))
    NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=600,
        # As in refresh.py.
        interrupt_on_timeout=True,
        resources={"metadata": {"path": str(ROOT / "notebooks")}},
    ).execute()


def main():
    """Write the named models, or all of them."""
    names = sys.argv[1:] or list(MODELS)
    for lesson in sorted({MODELS[name]["lesson"] for name in names}):
        print(lesson, flush=True)
        execute(lesson, [name for name in names if MODELS[name]["lesson"] == lesson])


if __name__ == "__main__":
    main()
