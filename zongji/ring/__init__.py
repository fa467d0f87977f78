"""The independent telephone of ``zongji ring``: QA's robot, built on pyVoIP, which shares no code with our SIP room.

pyVoIP (GPL-3.0) is an extra; only ``pyvoip_repairs`` and ``phone`` import it, when a call is really made.
"""
