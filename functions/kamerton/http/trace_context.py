"""Which trace a request belongs to, so that Cloud Logging shows our lines beside the platform's own line of the request.

The header: https://cloud.google.com/trace/docs/trace-context ("TRACE_ID/SPAN_ID;o=OPTIONS", the span in decimal digits);
the fields: https://cloud.google.com/logging/docs/structured-logging. Public names: HEADER, trace_fields.
"""

from __future__ import annotations

import re
from typing import Any

HEADER = "X-Cloud-Trace-Context"
_CONTEXT = re.compile(r"([0-9a-fA-F]{32})(?:/([0-9]{1,20}))?(?:;o=([0-9]))?", re.ASCII)


def trace_fields(header: str | None, project: str | None) -> dict[str, Any]:
    """The fields of a request with this header; none without a project, or when the header is not as the platform writes it."""
    context = _CONTEXT.fullmatch(header or "")
    if context is None or project is None:
        return {}
    trace, span, options = context.groups()
    fields: dict[str, Any] = {
        "logging.googleapis.com/trace": f"projects/{project}/traces/{trace.lower()}",
        "logging.googleapis.com/trace_sampled": options == "1",
    }
    if span and 0 < int(span) < 2**64:
        fields["logging.googleapis.com/spanId"] = f"{int(span):016x}"
    return fields
