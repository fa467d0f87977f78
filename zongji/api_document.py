"""The API as OpenAPI describes it, for integrators and for the page: what ``/openapi.json`` answers anywhere."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory


def api_document() -> str:
    """The document as JSON; nothing in it depends on the installation."""
    from designer.app import close_app, create_app
    from designer.settings import WebSettings
    from store import migrate

    with TemporaryDirectory(prefix="zongji-") as folder:
        database = f"sqlite:///{Path(folder) / 'zongji.db'}"
        migrate(database)
        app = create_app(WebSettings(data=Path(folder), database_url=database, voice="espeak"))
        try:
            with app.app_context():
                return json.dumps(app.spec, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        finally:
            close_app(app)
