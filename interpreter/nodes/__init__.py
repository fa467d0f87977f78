"""One file per node type: what it checks, and what operations it becomes."""

from pkgutil import extend_path

__path__ = extend_path(__path__, __name__)

from interpreter.nodes.registry import NODE_TYPES, node_type, summarise

__all__ = ["NODE_TYPES", "node_type", "summarise"]
