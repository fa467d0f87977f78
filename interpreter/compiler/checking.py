"""Everything that is wrong with a flow document, found at once."""

from __future__ import annotations

from interpreter.flow.issues import Issue
from interpreter.flow.resources import Resources


def check(document: object, resources: Resources | None = None) -> list[Issue]:
    """All issues of a flow document (parsed JSON) or ``Flow``, the graver first within a node, in document order.

    resources: the tenant's prompts, extensions and so on; None leaves out what needs them. Never raises, whatever
    the document is.
    """
    raise NotImplementedError
