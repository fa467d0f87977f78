"""Expressions of a flow: parsed, type-checked and turned into closures once, never evaluated as Python.

expression = compile_expression('tries + 1 < 3', {"tries": "number"})
expression.type                      # "yes_no"
expression.evaluate({"tries": 1})    # True
"""

from interpreter.flow.expressions.compiling import (
    FACTS,
    Compiled,
    compile_expression,
)
from interpreter.flow.expressions.functions import FUNCTIONS, Function
from interpreter.flow.expressions.parsing import ExpressionError
from interpreter.flow.expressions.values import (
    Environment,
    EvaluationError,
    Evaluator,
    Type,
    Value,
    type_of,
)

__all__ = [
    "FACTS",
    "FUNCTIONS",
    "Compiled",
    "Environment",
    "EvaluationError",
    "Evaluator",
    "ExpressionError",
    "Function",
    "Type",
    "Value",
    "compile_expression",
    "type_of",
]
