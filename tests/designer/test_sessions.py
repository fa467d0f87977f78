"""Signing in and out, CSRF, roles, throttling."""

from __future__ import annotations

import stat

import pytest
from conftest import PASSWORD, Browser
