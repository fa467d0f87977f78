"""The front door: command line, settings, and ``serve``, which starts the web and the runtime."""

VERSION = "0.1.0"
