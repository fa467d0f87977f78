"""What a node type has to say, and the two helpers it is given: ``Scope`` to check, ``Assembly`` to build."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

from interpreter.flow.document import Flow, Node
from interpreter.flow.expressions import Compiled, ExpressionError, Type, compile_expression
from interpreter.flow.issues import Issue, Text, catalogue, issue_of
from interpreter.flow.prompts import FilePrompt, Manner, Prompt, ValuePrompt, prompts_of
from interpreter.flow.resources import Resources
from interpreter.flow.schemas import Json, node_schemas
from interpreter.machine.effects import ExitTaken
from interpreter.machine.operations import Operation, Speech
from interpreter.machine.operations.asking import Asking
from interpreter.nodes.references import Reference, named_in
from interpreter.nodes.speech import SPOKEN_TYPES, speech
from interpreter.nodes.typed import Typed

TYPE_NAMES: Final[Mapping[Type, Text]] = {
    "text": {"zh-CN": "文本", "en": "a text"},
    "number": {"zh-CN": "数字", "en": "a number"},
    "yes_no": {"zh-CN": "是/否", "en": "yes/no"},
}

ANY_TYPE: Final[tuple[Type, ...]] = ("text", "number", "yes_no")

_RESERVED: Final = frozenset({"and", "or", "not", "in", "true", "false", "call"})


@dataclass(slots=True)
class Scope:
    """Checks one node: collects its issues.

    typed: what callers decide in the flow. wired: (node id, exit) of every edge.
    report: adds one of the catalogue's issues. expression, prompts, variable: check a setting and report.
    """

    flow: Flow
    node: Node
    resources: Resources
    typed: Typed
    wired: Collection[tuple[str, str]]
    issues: list[Issue] = field(default_factory=list)

    @property
    def config(self) -> Mapping[str, Json]:
        return self.node.config

    def leads_on(self, exit: str) -> bool:
        """Is this exit of the node joined to another node?"""
        return (self.node.id, exit) in self.wired

    def report(self, code: str, at: str | None = None, **values: object) -> None:
        """``at``: path of the setting, such as ``cases.0.when``. code: of the type's ``x-issues``, or the catalogue."""
        own = node_schemas()[self.node.type].get("x-issues", {}).get(code)
        self.issues.append(issue_of(own or catalogue()[code], code, self.node.id, at, values))

    def expression(self, source: str, at: str, wanted: Collection[Type]) -> Compiled | None:
        """The compiled expression if it is sound and of a wanted type."""
        try:
            compiled = compile_expression(source, self.flow.variable_types)
        except ExpressionError as error:
            self.report(error.code, at, column=error.column, **_named(error))
            return None
        if compiled.type not in wanted:
            names = _any_of([TYPE_NAMES[kind] for kind in wanted])
            self.report("expression.type", at, column=1, wanted=names, found=TYPE_NAMES[compiled.type])
            return None
        return compiled

    def faultless(self, source: str, at: str, wanted: Collection[Type]) -> None:
        """Check an expression whose fault would be the call's: what callers type must not decide that."""
        compiled = self.expression(source, at, wanted)
        if compiled is not None and compiled.trusting:
            self.report("expression.trusting", at)

    def variable(self, name: str, at: str, wanted: Type | None) -> Type | None:
        """The declared variable's type, None (and reported) where undeclared or of another type than wanted."""
        declared = self.flow.variable_types.get(name)
        if declared is None:
            self.report("variable.undeclared", at, variable=name)
            return None
        if wanted is not None and declared != wanted:
            names = {"wanted": TYPE_NAMES[wanted], "found": TYPE_NAMES[declared]}
            self.report("variable.type", at, variable=name, **names)
            return None
        return declared

    def prompts(self, setting: str) -> None:
        """Check each prompt of a setting."""
        prompts = self.known_prompts(setting)
        for index, prompt in enumerate(prompts):
            at = f"{setting}.{index}"
            if isinstance(prompt, ValuePrompt):
                self.faultless(prompt.expression, at, SPOKEN_TYPES[prompt.kind])
                self._voice(prompt.manner, self.flow.locale, at)
            elif isinstance(prompt, FilePrompt):
                self._file(prompt, at)
            else:
                self._voice(prompt.manner, prompt.locale, at)

    def known_prompts(self, setting: str) -> tuple[Prompt, ...]:
        """The prompts of a setting, without a word about them."""
        return prompts_of(self.config[setting], self.flow.locale)

    def exit_names(self, names: Sequence[str], reserved: Collection[str], at: str) -> None:
        """Report exits of the author's that are named like one of the node's own."""
        for index, name in enumerate(names):
            if name in reserved:
                self.report("exit.reserved", f"{at}.{index}.exit", exit=name)

    def _voice(self, manner: Manner, locale: str, at: str) -> None:
        voices = self.resources.voices
        if manner.voice is None or voices is None or voices.get(manner.voice) == locale:
            return
        code = "prompt.voice_language" if manner.voice in voices else "prompt.voice_missing"
        self.report(code, at, voice=manner.voice)

    def _file(self, prompt: FilePrompt, at: str) -> None:
        own, system = self.resources.own_prompts, self.resources.system_prompts
        bare = prompt.name.removesuffix(".wav")
        if own is not None and system is not None and prompt.name not in own and bare not in system:
            self.report("prompt.missing", at, prompt=prompt.name)
        elif self.flow.settings.use_system_prompts and prompt.name in (own or ()) and bare in (system or ()):
            self.report("prompt.own_ignored", at, prompt=prompt.name)


@dataclass(frozen=True, slots=True)
class Assembly:
    """Builds one node: knows where its exits and its own operations stand in the program.

    exits: exit id -> (its trace, index of the operation that leaves by it). first: index of the node's first own
    operation. prompt_keys: takes every key that a built speech may play. flow_id: as traces call the flow.
    """

    flow: Flow
    node: Node
    exits: Mapping[str, tuple[ExitTaken, int]]
    first: int
    early_media: bool
    prompt_keys: set[str]
    flow_id: str

    @property
    def config(self) -> Mapping[str, Json]:
        return self.node.config

    def exit(self, name: str) -> int:
        """Index of the operation that leaves by this exit."""
        return self.exits[name][1]

    def optional_exit(self, name: str) -> int | None:
        """As ``exit``; None where it leads nowhere."""
        return self.exits[name][1] if name in self.exits else None

    def expression(self, source: str) -> Compiled:
        return compile_expression(source, self.flow.variable_types)

    def speech(self, setting: str) -> Speech:
        """The prompts of a setting, ready to play."""
        prompts = prompts_of(self.config[setting], self.flow.locale)
        return speech(prompts, self.flow.locale, self.expression, self.prompt_keys)

    def asking(self, *, first_digit_timeout: float, barge_in: bool, no_input: int, no_match: int) -> Asking:
        """How to ask, for nodes with the usual settings."""
        config = self.config
        return Asking(
            prompt=self.speech("prompt"),
            no_input_prompt=self.speech("no_input_prompt"),
            no_match_prompt=self.speech("no_match_prompt"),
            barge_in=barge_in,
            attempts=config["attempts"],
            no_input_attempts=config["no_input_attempts"],
            no_match_attempts=config["no_match_attempts"],
            first_digit_timeout=float(first_digit_timeout),
            inter_digit_timeout=float(config["inter_digit_timeout"]),
            no_input=no_input,
            no_match=no_match,
            flow=self.flow_id,
        )


class NodeType:
    """One node type. Its settings and exits stand in ``schemas/nodes/<type>.json``."""

    type: ClassVar[str]

    def check(self, scope: Scope) -> None:
        """Report what the schema cannot see."""
        for setting in self.prompt_settings(scope.node):
            scope.prompts(setting)

    def prompt_settings(self, node: Node) -> Sequence[str]:
        """Settings whose prompts this node may play."""
        properties = node_schemas()[self.type]["properties"]
        return [name for name, part in properties.items() if part["x-ui"]["widget"] == "prompt"]

    def references(self, config: Json) -> Iterable[Reference]:
        """What this node names outside its flow. config: of a draft, which may be anything."""
        return named_in(node_schemas()[self.type], config)

    def waits(self, node: Node, exit: str) -> bool:
        """Does time pass, or the caller act, whenever the node is left by this exit?

        A circle in which no exit taken does so would run forever.
        """
        return True

    def typed(self, node: Node) -> Iterable[tuple[str, int]]:
        """Variables into which a caller types here, and how many digits at most."""
        return ()

    def assigned(self, node: Node) -> Iterable[tuple[str, str]]:
        """Variables that get the value of an expression here, and the expression."""
        return ()

    def size(self, node: Node) -> int:
        """How many operations ``build`` gives."""
        return 1

    def build(self, assembly: Assembly) -> Sequence[Operation]:
        """The node's own operations; the first of them is where the node begins."""
        raise NotImplementedError


def reserved_name(name: str) -> bool:
    """Is this a word of the expression language, so that no variable can have it?"""
    return name in _RESERVED


def _named(error: ExpressionError) -> Mapping[str, object]:
    """The error's values, types by their names."""
    if error.code != "expression.type":
        return error.values
    names: dict[object, Text] = dict(TYPE_NAMES.items())
    return {name: names[value] for name, value in error.values.items()}


def _any_of(names: Sequence[Text]) -> Text:
    return {
        "zh-CN": "或".join(name["zh-CN"] for name in names),
        "en": " or ".join(name["en"] for name in names),
    }
