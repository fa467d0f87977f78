"""Flows, and what checks, compiles, runs and simulates them.

An installation may have node types and services of its own: each folder in ``ZONGJI_EXTRA`` (several with the path
separator between them) holds them in the same places as this house does, and every package below looks there, too. It
is asked like PYTHONPATH, when Python starts (see docs/how-to/add-a-node.md).
"""

import os

EXTRA = [folder for folder in os.environ.get("ZONGJI_EXTRA", "").split(os.pathsep) if folder]

__path__ = [*__path__, *(os.path.join(folder, __name__) for folder in EXTRA)]
