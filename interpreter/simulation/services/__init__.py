"""Services as virtual calls meet them: ``KIND.py`` with a ``simulation.questions.Service`` each, found by its name."""

from pkgutil import extend_path

__path__ = extend_path(__path__, __name__)
