"""Find a Python that Manifold runs on.

Old Pythons read this file too, down to 2.7, so that they can say what is wrong: keep the syntax plain.
"""

import os
import subprocess
import sys

SUPPORTED = ((3, 13), (3, 12), (3, 11))


def is_supported(version):
    """Whether `version`, such as `sys.version_info`, is one that Manifold runs on."""
    return tuple(version[:2]) in SUPPORTED


def require_supported():
    """Return if this Python is supported; otherwise run the same command with one that is, or say so and exit."""
    if is_supported(sys.version_info):
        return
    for command in _candidates():
        if _runs_supported_python(command):
            _replace_this_process(command + ["-m", "tools"] + sys.argv[1:])
    here = ".".join(str(number) for number in sys.version_info[:2])
    sys.exit(
        "Manifold needs Python 3.11, 3.12 or 3.13 and finds only " + here + " here: "
        "install one of them from python.org or with your package manager, then run the command again."
    )


def _candidates():
    for major, minor in SUPPORTED:
        version = str(major) + "." + str(minor)
        yield ["py", "-" + version] if os.name == "nt" else ["python" + version]
    yield ["python3"]
    yield ["python"]
    yield ["uv", "run", "--quiet", "--no-project", "--python", ">=3.11,<3.14", "python"]


def _runs_supported_python(command):
    probe = "import sys; sys.exit(tuple(sys.version_info[:2]) not in " + repr(SUPPORTED) + ")"
    try:
        process = subprocess.Popen(command + ["-c", probe], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    except OSError:
        return False
    process.communicate()
    return process.returncode == 0


def _replace_this_process(command):
    if os.name == "nt":
        sys.exit(subprocess.call(command))
    os.execvp(command[0], command)
