"""Molecules that look like drugs, as strings."""

import numpy as np
import numpy.typing as npt

from course_utils.datasets.files import read_checked

# The MD5 of the file once unpacked.
MD5 = {"molecules.smi": "4d4a6136981d35d30ba8a011bc53f982"}


def load_molecules() -> npt.NDArray[np.str_]:
    """Load 20,000 molecules as SMILES strings.

    Returns
    -------
    array of str, shape (20000,)
        The molecules in an order drawn at random, each in the spelling of the
        source; no two are equal.

    Raises
    ------
    FileNotFoundError
        If the data file is missing.
    ValueError
        If it is damaged.

    Notes
    -----
    A random part of the training set of MOSES, which was chosen from ZINC: 250 to
    350 daltons, only the elements C, N, S, O, F, Cl, Br and H, no charges, no ring
    of more than eight atoms.

    Source: D. Polykovskiy et al. (2020), "Molecular Sets (MOSES): a benchmarking
    platform for molecular generation models", Frontiers in Pharmacology 11. Licence
    of the data: MIT.
    """
    (name,) = MD5
    return np.array(read_checked(f"molecules/{name}.gz", MD5[name]).decode().split())
