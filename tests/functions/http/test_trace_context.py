from __future__ import annotations

import pytest

from kamerton.http.trace_context import trace_fields

TRACE = "0123456789abcdef0123456789abcdef"


def test_the_platforms_header_becomes_the_fields_of_cloud_logging() -> None:
    assert trace_fields(f"{TRACE}/18446744073709551615;o=1", "tuning-fork") == {
        "logging.googleapis.com/trace": f"projects/tuning-fork/traces/{TRACE}",
        "logging.googleapis.com/spanId": "ffffffffffffffff",
        "logging.googleapis.com/trace_sampled": True,
    }


@pytest.mark.parametrize("header", [TRACE, f"{TRACE}/0", f"{TRACE}/0;o=0", f"{TRACE}/18446744073709551616;o=0"])
def test_a_trace_may_come_without_a_span(header: str) -> None:
    assert trace_fields(header, "tuning-fork") == {
        "logging.googleapis.com/trace": f"projects/tuning-fork/traces/{TRACE}",
        "logging.googleapis.com/trace_sampled": False,
    }


@pytest.mark.parametrize(
    "header",
    [None, "", "nonsense", TRACE[1:], f"{TRACE}0", f"{TRACE}/1;o=1;o=1", f"{TRACE}/-1", f"{TRACE}\n", f"{TRACE}/\u0663"],
)
def test_a_header_of_another_form_is_no_trace(header: str | None) -> None:
    assert trace_fields(header, "tuning-fork") == {}
