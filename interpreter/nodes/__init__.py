"""One file per node type: what it checks, and what operations it becomes."""

from pkgutil import extend_path

__path__ = extend_path(__path__, __name__)
