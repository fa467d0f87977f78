"""Legs: one party's end of a call each, whichever side invited it."""
