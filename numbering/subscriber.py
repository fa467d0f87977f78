"""The telephone number in the user part of a SIP URI or in a tel: URI (RFC 3261 sections 19.1.1 and 19.1.6, RFC 3966).

Carriers put parameters behind it (number portability ``npdi`` and ``rn``, ``cpc``, ``isub``, ``phone-context``), in any
order; none is part of the number.
"""

from __future__ import annotations

import re
from functools import lru_cache

from numbering.plan import NotANumber, normalise
from numbering.spelling import compact

_NUMBER = re.compile(r"\+?[().-]*+[0-9*#][0-9*#().-]*+")
_CONTEXT = re.compile(r";phone-context=([^;]*)", re.IGNORECASE)


@lru_cache(maxsize=1024)  # bounded, for what stands in a request is its sender's choice
def subscriber_number(subscriber: str) -> str:
    """The number without parameters and visual separators: ``+86-400-1234567;npdi;rn=+8610`` -> ``+864001234567``.

    subscriber: user part, or what follows ``tel:``, unescaped. A number that is local to a ``phone-context`` of digits
    becomes the global one if the two make a number: ``65529988;phone-context=+8610`` -> ``+861065529988``. A user name
    comes back unchanged, with whatever semicolon is in it.
    """
    number, semicolon, parameters = subscriber.partition(";")
    if not _NUMBER.fullmatch(number):
        return subscriber
    number = compact(number)
    context = _CONTEXT.search(semicolon + parameters)
    if context is None or number.startswith("+"):
        return number
    return _global_number(number, context[1]) or number


def _global_number(number: str, context: str) -> str | None:
    """``number`` after the digits of its context; None where that is a domain, or means nothing: it makes no number of
    it (an extension), or none that differs (95588).
    """
    prefix = compact(context)
    if not re.fullmatch(r"\+[0-9]+", prefix):
        return None
    try:
        return None if normalise(prefix + number) == number else prefix + number
    except NotANumber:
        return None
