"""How long a test waits for what must come."""

from __future__ import annotations

PATIENCE_SECONDS = 60.0
"""On a machine as busy as can be. Nothing is asserted about time, and where all is well nobody waits that long."""
