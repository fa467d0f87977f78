"""Services that flows ask and tell: ``KIND.py`` with a ``runtime.questions.Service`` each, found by its name."""

from pkgutil import extend_path

__path__ = extend_path(__path__, __name__)
