"""Addresses of ours in an answer: whole where the site knows its public address, else paths."""

from __future__ import annotations

from flask import Flask, current_app

_SETTING = "KAMERTON_PUBLIC_URL"


def set_public_url(app: Flask, public_url: str | None) -> None:
    app.config[_SETTING] = public_url or ""


def public_link(path: str) -> str:
    """The path, which begins with a slash, as a link."""
    return f"{current_app.config[_SETTING]}{path}"
