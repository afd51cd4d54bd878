"""A user's own file of network records; the course ships none."""

import csv
from pathlib import Path

import numpy as np
import numpy.typing as npt

# Of the published files: 41 features, the label, and perhaps the difficulty.
FEATURES = 41
# The features that are words stand here: protocol, service and flag.
WORDS = slice(1, 4)


def load_nsl_kdd(
    path: str | Path,
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int32]]:
    """Load a file of NSL-KDD, such as ``KDDTrain+.txt``, that you have yourself.

    Parameters
    ----------
    path : str or Path
        A text file without headings, one record a line, fields separated by
        commas: 41 features, of which the second to fourth are words (protocol,
        service, flag), then the name of the attack or ``normal``, and perhaps the
        difficulty, which is not used.

    Returns
    -------
    records : array of float32, shape (n, d)
        The 38 features that are numbers, as they are in the file, then a column
        for each word that occurs (1 where the record has it, 0 elsewhere), in
        alphabetical order feature by feature.
    labels : array of int32, shape (n,)
        0 for ``normal``, 1 for everything else.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is empty, or if a line does not have such fields.

    Notes
    -----
    Source of the form: M. Tavallaee, E. Bagheri, W. Lu and A. A. Ghorbani (2009),
    "A detailed analysis of the KDD CUP 99 data set".
    """
    numbers, words, labels = [], [], []
    with open(path, newline="", encoding="utf-8") as file:
        for line, fields in enumerate(csv.reader(file), start=1):
            if len(fields) not in (FEATURES + 1, FEATURES + 2):
                raise ValueError(
                    f"{path}, line {line}: expected 42 or 43 fields separated by "
                    f"commas, got {len(fields)}"
                )
            features, label = fields[:FEATURES], fields[FEATURES]
            words.append(features[WORDS])
            del features[WORDS]
            try:
                numbers.append([float(feature) for feature in features])
            except ValueError as error:
                raise ValueError(
                    f"{path}, line {line}: expected numbers in all of the first 41 "
                    f"fields but the second to fourth; {error}"
                ) from error
            labels.append(label.strip() != "normal")
    if not labels:
        raise ValueError(f"{path} holds no records")
    table = np.array(words)
    indicators = [column[:, np.newaxis] == np.unique(column) for column in table.T]
    records = np.concatenate([np.array(numbers), *indicators], axis=1)
    return records.astype(np.float32), np.array(labels, np.int32)
