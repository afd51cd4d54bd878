"""Train lesson 2's autoencoder in one process, or in several that share every batch.

python scripts/train_distributed.py                   one process on all its devices
python scripts/train_distributed.py --processes 2     two processes on this machine

On two machines, where PORT is free on HOST, the first:

python scripts/train_distributed.py --processes 2 --process-id 0 --coordinator HOST:PORT
python scripts/train_distributed.py --processes 2 --process-id 1 --coordinator HOST:PORT

With --backup FOLDER, on a disk that all of them share, a training that was killed goes
on when it is started again. Needs JAX. docs/scaling.md explains every line.
"""

import argparse
import os
import socket
import subprocess
import sys
import time
import traceback
from pathlib import Path

import numpy as np

from course_utils import quiet_startup
from course_utils.datasets import load_fashion_mnist

# Keras has distributions for no other backend.
os.environ["KERAS_BACKEND"] = "jax"
with quiet_startup():
    import keras
    from keras import layers, ops

# As in lesson 2.
SEED = 0
CODE_SIZE = 30
HIDDEN_UNITS = (384, 192)
BATCH_SIZE = 256
LEARNING_RATE = 4e-3
WARM_UP_STEPS = 100
EPOCHS = 6


def load_images():
    """Return training and test images as vectors, without the mean image."""
    (x_train, _), _, (x_test, _) = load_fashion_mnist()
    x_train, x_test = (x.reshape(-1, 784) for x in (x_train, x_test))
    mean_image = x_train.mean(axis=0)
    return x_train - mean_image, x_test - mean_image


def build_autoencoder():
    """Build the model of lesson 2, with random weights."""
    images = keras.Input((784,), name="images")
    hidden = images
    for units in HIDDEN_UNITS:
        hidden = layers.Dense(units, activation="gelu")(hidden)
    images_and_hidden = layers.Concatenate()([images, hidden])
    codes = layers.Dense(CODE_SIZE, name="codes")(images_and_hidden)
    hidden = codes
    for units in reversed(HIDDEN_UNITS):
        hidden = layers.Dense(units, activation="gelu")(hidden)
    codes_and_hidden = layers.Concatenate()([codes, hidden])
    reconstructions = layers.Dense(784, name="reconstructions")(codes_and_hidden)
    return keras.Model(images, reconstructions)


def compile_autoencoder(autoencoder, steps):
    """Compile with the learning rate of lesson 2, which falls to 0 in the last step."""
    learning_rate = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=0.0,
        decay_steps=steps - WARM_UP_STEPS,
        warmup_target=LEARNING_RATE,
        warmup_steps=WARM_UP_STEPS,
    )
    autoencoder.compile(keras.optimizers.Adam(learning_rate), loss="mse")


def join(processes, process_id, coordinator):
    """Wait until all processes are there; from now on their devices are one pool."""
    keras.utils.set_random_seed(SEED)
    if processes > 1:
        keras.distribution.initialize(coordinator, processes, process_id)
    devices = keras.distribution.list_devices()
    if BATCH_SIZE % len(devices) != 0:
        raise ValueError(
            f"processes with {len(devices)} devices in all cannot share a batch of "
            f"{BATCH_SIZE} equally: their number must divide it"
        )
    keras.distribution.set_distribution(
        keras.distribution.DataParallel(devices=devices, auto_shard_dataset=False)
    )


def choose_share(images, epoch, processes, process_id):
    """Return which images an epoch gives to a process, batch by batch."""
    order = np.random.default_rng([SEED, epoch]).permutation(images)
    steps = images // BATCH_SIZE
    batches = order[: steps * BATCH_SIZE].reshape(steps, BATCH_SIZE)
    return batches[:, process_id::processes].ravel()


def save(autoencoder, path, process_id):
    """Write weights and optimizer whole or not at all, whenever this is killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"new-{process_id}.weights.h5")
    autoencoder.save_weights(new)
    os.replace(new, path)


def train(processes, process_id, coordinator, epochs, backup):
    """Train as one of the processes; the first of them prints."""
    join(processes, process_id, coordinator)
    x_train, x_test = load_images()
    steps = len(x_train) // BATCH_SIZE
    autoencoder = build_autoencoder()
    compile_autoencoder(autoencoder, epochs * steps)

    path = backup / "latest.weights.h5" if backup else None
    if path and path.exists():
        autoencoder.optimizer.build(autoencoder.trainable_variables)
        autoencoder.load_weights(path)
    first_epoch = int(autoencoder.optimizer.iterations) // steps
    if process_id == 0:
        devices = autoencoder.weights[0].value.devices()
        print(f"weights: a copy on each of {len(devices)} devices")

    for epoch in range(first_epoch, epochs):
        share = choose_share(len(x_train), epoch, processes, process_id)
        history = autoencoder.fit(
            x_train[share],
            x_train[share],
            batch_size=BATCH_SIZE // processes,
            shuffle=False,
            verbose=0,
        )
        if process_id == 0:
            (loss,) = history.history["loss"]
            print(f"epoch {epoch + 1}: loss {loss:.8f} per pixel", flush=True)
        if path:
            save(autoencoder, path, process_id)

    reconstructions = ops.convert_to_numpy(autoencoder(x_test))
    if process_id == 0:
        error = np.mean(np.square(x_test - reconstructions), dtype="float64")
        print(f"test: squared error {error:.8f} per pixel")


def start_all(processes):
    """Start all processes on this machine; return 0 if all of them succeed."""
    with socket.create_server(("localhost", 0)) as server:
        port = server.getsockname()[1]
    command = [sys.executable, *sys.argv, "--coordinator", f"localhost:{port}"]
    # This is for trying it out: a process would take all GPUs for itself.
    environment = {**os.environ, "JAX_PLATFORMS": "cpu"}
    children = [
        subprocess.Popen([*command, "--process-id", str(number)], env=environment)
        for number in range(processes)
    ]
    while any(child.poll() is None for child in children):
        # The others would wait for one that failed.
        if any(child.poll() for child in children):
            for child in children:
                child.kill()
        time.sleep(0.1)
    return int(any(child.returncode for child in children))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--processes", type=int, default=1, help="how many, in all")
    parser.add_argument("--process-id", type=int, help="which of them this is, from 0")
    parser.add_argument("--coordinator", help="HOST:PORT of the first")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--backup", type=Path, help="folder for the latest weights")
    arguments = parser.parse_args()
    if (arguments.process_id is None) != (arguments.coordinator is None):
        parser.error("--process-id and --coordinator belong together")
    if arguments.processes > 1 and arguments.coordinator is None:
        sys.exit(start_all(arguments.processes))
    arguments.process_id = arguments.process_id or 0
    try:
        train(**vars(arguments))
    except Exception:
        # At its usual end a process waits for the others, and they for this one.
        traceback.print_exc()
        os._exit(1)
