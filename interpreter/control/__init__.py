"""The control bus: how the page and the command line ask a running runtime, and hear what happens there."""
