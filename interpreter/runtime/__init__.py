"""The runtime: the only asyncio of the house. It drives calls in real time and keeps their journal.

``settings.RuntimeSettings`` says where and how, ``main.run`` does it; ``interpreter.control`` asks a running one.
"""

from pkgutil import extend_path

__path__ = extend_path(__path__, __name__)
