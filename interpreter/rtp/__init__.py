"""Media: the RTP engine (Cython, its own thread without the GIL), G.711, WAV, tones and RTP ports.

``_engine.pyi`` is the place to begin; ``tests/support/rtp_reference.py`` says in plain Python what the engine does.
"""
