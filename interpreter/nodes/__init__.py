"""One file per node type: what it checks, and what operations it becomes."""

from interpreter.nodes.registry import NODE_TYPES, node_type, summarise

__all__ = ["NODE_TYPES", "node_type", "summarise"]
