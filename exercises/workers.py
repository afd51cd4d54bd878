"""Run many notebooks at once, in workers of this machine or of a Dask cluster.

What a worker needs of this file travels with its task, so no disk is shared.
"""

import logging
import os
import sys
from concurrent.futures import CancelledError
from itertools import islice
from uuid import uuid4

import cloudpickle
import dask
from distributed import Client, KilledWorker, LocalCluster, as_completed
from nbclient.exceptions import DeadKernelError

# How many tasks are at the workers, for each that runs.
WAITING = 2

# No history on disk, and no warnings of the kernel's own.
KERNEL_ARGUMENTS = ["--HistoryManager.hist_file=:memory:"]
KERNEL_ARGUMENTS += ["--IPKernelApp.log_level=ERROR"]

# Send functions of this file as they are: elsewhere there is no such file.
cloudpickle.register_pickle_by_value(sys.modules[__name__])


def add_options(parser):
    """Let a command be told where its workers are."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--workers", type=int, help="how many, on this machine")
    where.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster")


def connect(options, packages):
    """Return a client of a cluster: of this machine's cores, or of a scheduler.

    Parameters
    ----------
    options : argparse.Namespace
        Those of `add_options`.
    packages : list of str
        What must have one version here and in all workers of a scheduler.
    """
    # A lost worker or scheduler is said by the command itself, in a line.
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    if options.scheduler:
        client = Client(options.scheduler, timeout=5)
        # Another Python cannot read what is sent.
        client.get_versions(check=True, packages=packages)
        return client
    # A worker that died is given up if it isn't back by then, on a busy machine too.
    dask.config.set({"distributed.deploy.lost-worker-timeout": "10 minutes"})
    workers = options.workers or os.cpu_count()
    # Whoever reaches a worker runs code with your rights, and other users of this
    # machine reach its ports: without the certificate, which lives in memory, none is
    # let in.
    cluster = LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        security=True,
        dashboard_address="127.0.0.1:0",
    )
    return Client(cluster)


def use_one_core():
    """Let the kernels that this process starts compute with one thread each."""
    for library in ("TF_NUM_INTRAOP", "TF_NUM_INTEROP", "OMP_NUM", "OPENBLAS_NUM"):
        os.environ[f"{library}_THREADS"] = "1"


def run_all(function, tasks, client):
    """Run a function in the workers, the first tasks first.

    Parameters
    ----------
    function : callable
        Returns a pair: a result, and what is to be said of it; None and the reason
        if there is no result.
    tasks : iterable of tuple
        The name of each task and the function's arguments. It is read as workers
        become free.
    client : distributed.Client
        Where the workers are.

    Yields
    ------
    tuple of (tuple, object, object)
        The task, and the pair that the function returned.
    """
    tasks = iter(tasks)
    running = {}

    def start():
        """Send one more task, and return its future in a list."""
        for task in islice(tasks, 1):
            name, *arguments = task
            key = f"{name}-{uuid4()}"
            running[key] = task
            return [client.submit(function, *arguments, key=key)]
        return []

    ahead = WAITING * max(1, len(client.scheduler_info()["workers"]))
    queue = as_completed(future for _ in range(ahead) for future in start())
    for future in queue:
        try:
            result, said = future.result()
        except CancelledError:
            raise ConnectionError("the scheduler is gone") from None
        except KilledWorker:
            result, said = None, "the workers that ran it died"
        yield running.pop(future.key), result, said
        queue.update(start())


def reason(error):
    """Say in one line why a notebook could not be run."""
    if isinstance(error, DeadKernelError):
        return "its code ended the kernel"
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {lines[-1]}"[:300]
