"""The web room: the API under ``/api/v1`` and the page (``designer.app.create_app``)."""
