"""What a flow is: document, prompts, expressions, calendar, issues, format migrations.

    flow = Flow.from_json(document)      # or FlowError(issues)

What settings a node has stands in ``schemas/`` and nowhere else.
"""

from interpreter.flow.document import Edge, Flow, Node, Settings
from interpreter.flow.guard import parse_json
from interpreter.flow.issues import FlowError, Issue
from interpreter.flow.resources import Resources

__all__ = ["Edge", "Flow", "FlowError", "Issue", "Node", "Resources", "Settings", "parse_json"]
