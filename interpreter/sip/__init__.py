"""Sans-IO SIP (RFC 3261): bytes, hops and times in, bytes, hops, events and deadlines out.

``ua.UserAgent`` is the way in, ``events`` what it tells, ``registrar.Registrar`` and ``digest.Authenticator`` what it
is given; what the TU may do is in ``incoming``, ``outgoing``, ``established`` and ``requests``. Beneath them:
``reception`` (whose message is it), ``uas``, ``in_dialog`` and ``uac`` with what they share in ``core`` (``calls``,
``writing``, ``offering``), ``dialog``, ``transaction_layer`` with the four machines, ``bindings`` (who registered
where), ``hop`` (who is at the other end), and ``message``, ``headers``, ``uri`` (text). Nothing here imports a socket,
a clock or an event loop.
"""
