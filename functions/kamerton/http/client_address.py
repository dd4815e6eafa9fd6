"""By which name a client's use of outside services is counted: its address, as far as that can be believed.

X-Forwarded-For is written by whoever sends a request, and only continued by the proxies in front of us: of `proxies` that we
trust the last as many entries are theirs. Whoever has an IPv6 address mostly has 2^64 of them, so the network counts.

Public names: client_name.
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

_NETWORK_BITS = 64


def client_name(environ: Mapping[str, Any], proxies: int) -> str:
    """The client of a WSGI environment, by its address; empty for one on this machine, whose use is not counted, and where
    nobody says who it is."""
    text = str(environ.get("REMOTE_ADDR") or "")
    if proxies:
        forwarded = [part for part in str(environ.get("HTTP_X_FORWARDED_FOR") or "").split(",") if part.strip()]
        text = forwarded[-proxies].strip() if len(forwarded) >= proxies else text
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    return "" if address.is_loopback else _counted(address)


def _counted(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    host_bits = 128 - _NETWORK_BITS
    return f"{IPv6Address(int(address) >> host_bits << host_bits)}/{_NETWORK_BITS}"
