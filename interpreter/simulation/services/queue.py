"""The queues of a scenario's groups."""

from __future__ import annotations

from interpreter.machine.effects import Data
from interpreter.simulation.questions import Question, Service
from interpreter.simulation.scenario import Reply


class QueueService(Service):
    """Asks the very room that the runtime asks; callers of one scenario meet there."""

    def put(self, question: Question) -> None:
        reply = next(self._replies, None)
        if reply is not None or self._crowd is None:
            question.answer(reply or self.usual(question.data))
        else:
            self._crowd.room.ask(question, question.call, question.data, self._crowd.now)

    def take_back(self, question: Question) -> None:
        if self._crowd is not None:
            self._crowd.room.take_back(question)

    def usual(self, data: Data) -> Reply:
        """Without groups nobody is there."""
        return Reply("nobody")
