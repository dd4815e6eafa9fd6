"""Addresses of ours in an answer: whole where the site knows its public address, else paths.

Public names: set_public_url, public_link, server_address.
"""

from __future__ import annotations

import re

from flask import Flask, current_app, request

# No name and port of a server are written otherwise.
_HOST = re.compile(r"([\w.-]{1,253}|\[[0-9a-fA-F:.]{2,45}\])(:\d{1,5})?", re.ASCII)
# Where the README serves the site.
_HERE = "http://localhost:8080"
_SETTING = "KAMERTON_PUBLIC_URL"


def set_public_url(app: Flask, public_url: str | None) -> None:
    app.config[_SETTING] = public_url or ""


def public_link(path: str) -> str:
    """The path, which begins with a slash, as a link."""
    return f"{current_app.config[_SETTING]}{path}"


def server_address() -> str:
    """The public address; where the site knows none, the one that this request was sent to, for whoever sent it."""
    public_url: str = current_app.config[_SETTING]
    if public_url:
        return public_url
    return f"{request.scheme}://{request.host}" if _HOST.fullmatch(request.host) else _HERE
