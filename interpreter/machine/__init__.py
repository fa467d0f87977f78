"""The machine runs a compiled flow: events in, effects out; no clock, no socket, no randomness of its own."""
