"""Document -> issues, or a Program.

issues = check(document, resources)          # everything at once, for the editor
program = compile_flow(document)             # or FlowError(issues)
print(listing(program))
"""

from interpreter.compiler.assembly import compile_and_tell, compile_flow
from interpreter.compiler.checking import check
from interpreter.compiler.listing import listing
from interpreter.flow.issues import FlowError, Issue
from interpreter.flow.resources import Resources
from interpreter.machine.program import Program

__all__ = ["FlowError", "Issue", "Program", "Resources", "check", "compile_and_tell", "compile_flow", "listing"]
