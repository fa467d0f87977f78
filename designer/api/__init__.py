"""One blueprint per resource of ``/api/v1``."""

from designer.api import (
    audit,
    calendar,
    calling,
    calls,
    extensions,
    flows,
    groups,
    live,
    numbers,
    prompts,
    session,
    speech,
    system,
    versions,
    voicemails,
)

BLUEPRINTS = (
    session.bp,
    flows.bp,
    versions.bp,
    numbers.bp,
    calendar.bp,
    prompts.bp,
    speech.bp,
    extensions.bp,
    groups.bp,
    calling.bp,
    calls.bp,
    live.bp,
    voicemails.bp,
    audit.bp,
    system.bp,
    system.health_bp,
)
