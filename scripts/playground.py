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
import refresh
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "playground" / "models"
LARGEST = 1_000_000  # bytes of weights, of one model

# The models by name: their lesson, and expressions for its kernel after the last cell:
#   network   the dense layers in order, each as (kernel, bias, activation)
#   arrays    what else the page needs; its keys stand beside the network's
#   picture   an image for the overview, from 0 to 1
#   inputs    a few inputs of the network, for the test
#   outputs   what the lesson's own code answers to these `inputs`, for the test
MODELS = {
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


def as_numpy(tensor):
    from keras import ops

    return np.array(ops.convert_to_numpy(tensor))


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
    namespace = {**namespace, "dense_layers": dense_layers}

    def value(expression):
        return as_numpy(eval(expression, namespace))

    network = [
        (as_numpy(kernel), as_numpy(bias), activation)
        for kernel, bias, activation in eval(model["network"], namespace)
    ]
    weights = [array for kernel, bias, _ in network for array in (kernel, bias)]
    content = {
        "lesson": model["lesson"][:2],
        # The digest of the lesson's code, by which a test notices that it changed.
        "code": code,
        "layers": [
            {"inputs": len(kernel), "units": len(bias), "activation": activation}
            for kernel, bias, activation in network
        ],
        "weights": encode_halves(weights),
    }
    for key, expression in model["arrays"].items():
        array = value(expression)
        is_whole = array.dtype.kind in "iu"
        content[key] = array.tolist() if is_whole else encode_halves([array])

    namespace["inputs"] = inputs = value(model["inputs"]).astype("float32")
    answers = {
        "inputs": inputs,
        # The network alone, with the weights that the browser has.
        "network": run_in_keras(network, inputs),
        # The lesson's own code, with the weights as they were trained.
        "lesson": value(model["outputs"]),
    }
    answers = {key: np.round(a.astype(float), 5).tolist() for key, a in answers.items()}
    FOLDER.mkdir(exist_ok=True)
    picture = value(model["picture"])
    imsave(FOLDER / f"{name}.png", picture, cmap="gray", vmin=0, vmax=1)
    script = f"MODELS.{name} = {json.dumps(content)};\n"
    (FOLDER / f"{name}.js").write_text(script, encoding="utf-8")
    (FOLDER / f"{name}.json").write_text(json.dumps(answers) + "\n", encoding="utf-8")


def read_model(name):
    """Return what write_model wrote for the browser."""
    script = (FOLDER / f"{name}.js").read_text(encoding="utf-8")
    return json.loads(script.removeprefix(f"MODELS.{name} = ").removesuffix(";\n"))


def read_lesson(name):
    return nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)


def execute(lesson, names):
    """Execute a lesson, and write the models of these names at its end."""
    notebook = read_lesson(lesson)
    code = refresh.digests(notebook)["code"]
    scripts = str(Path(__file__).parent)
    for name in names:
        source = CELL.format(scripts=scripts, name=name, code=code)
        notebook.cells.append(nbformat.v4.new_code_cell(source))
    NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=600,
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
