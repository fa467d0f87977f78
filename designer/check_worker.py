"""Checks and compiles documents in a worker (``designer.workers``): a pickle of ours in, JSON out."""

from __future__ import annotations

import pickle
from typing import Any

import orjson

from interpreter.compiler import FlowError, check, compile_and_tell


def handle(job: bytes) -> bytes:
    """job: (wanted, document, resources). wanted: ``issues``, or ``prompt_keys``, which only a sound flow has.

    The answer has ``issues``, and ``prompt_keys`` where they were wanted and no issue is an error.
    """
    wanted, document, resources = pickle.loads(job)  # the web process wrote it
    answer: dict[str, Any] = {"issues": []}
    if wanted == "issues":
        answer["issues"] = [issue.to_json() for issue in check(document, resources)]
    else:
        try:
            program, issues = compile_and_tell(document, resources=resources)
            answer["prompt_keys"] = sorted(program.prompt_keys)
            answer["issues"] = [issue.to_json() for issue in issues]
        except FlowError as error:
            answer["issues"] = [issue.to_json() for issue in error.issues]
    return orjson.dumps(answer)
