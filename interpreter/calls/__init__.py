"""What a switchboard decides when a call has several legs: whom to ring, when to give up, who is connected.

Sans-IO like the machine: inputs in, outputs out. A driver (runtime, simulation) owns one ``CallSession``
per call and nothing else of this room.
"""
