"""The course on a JupyterHub of one machine; docs/hub.md says how it is set up."""

import sys

c = get_config()  # noqa: F821

# A web server in front of it speaks HTTPS with the browsers.
c.JupyterHub.bind_url = "http://127.0.0.1:8000"

# The accounts are those of the machine, in two of its groups.
c.JupyterHub.authenticator_class = "pam"
c.PAMAuthenticator.allowed_groups = {"students", "instructors"}

# A JupyterLab for each user, as this user, in the user's home. The limit of memory is
# one for each process, so for each kernel; a cell that wants more raises an error.
c.JupyterHub.spawner_class = "localprocess"
GIGABYTES = 4
c.Spawner.cmd = ["prlimit", f"--data={GIGABYTES * 2**30}", "jupyterhub-singleuser"]
c.Spawner.default_url = "/lab"

# One thread for each kernel, so that many of them share the cores.
c.Spawner.environment = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
}

# An idle server goes after an hour, and its memory with it.
CULLER = "jupyterhub_idle_culler"
c.JupyterHub.services = [
    {"name": CULLER, "command": [sys.executable, "-m", CULLER, "--timeout=3600"]}
]
SCOPES = ["list:users", "read:users:activity", "read:servers", "delete:servers"]
c.JupyterHub.load_roles = [{"name": CULLER, "services": [CULLER], "scopes": SCOPES}]
