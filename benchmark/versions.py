"""The versions that decide an answer, as every run writes them down."""

import platform
from importlib.metadata import PackageNotFoundError, version

_PACKAGES = ("torch", "transformers", "tokenizers", "accelerate", "bitsandbytes", "numpy", "pillow")


def versions() -> dict[str, str]:
    """The versions of Python and of what decides an answer, read without importing it, and the system they run on."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return {**found, "system": platform.platform()}
