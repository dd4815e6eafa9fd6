"""What the log tells of the outside calls of an answer: how long, and to which request they belong; never what was asked."""

from __future__ import annotations

from tests.fakes import loopback
from tests.functions.lookup.conftest import Services, asked

TRACE = "0123456789abcdef0123456789abcdef"


def test_a_line_says_how_long_each_service_took(services: Services) -> None:
    site = services.site()
    asked(site, services.music[0].id)
    line = site.log[-1]
    assert line["source"] == "reccobeats"
    assert line["durations"]["ReccoBeats"] > 0
    assert services.music[0].id not in str(site.log)
    # Now it is remembered, and nobody is asked.
    asked(site, services.music[0].id)
    assert site.log[-1]["durations"] == {}


def test_what_is_said_in_a_thread_names_the_trace_of_its_request(services: Services) -> None:
    services.reccobeats.fail(loopback.server_error(500))
    site = services.site(GOOGLE_CLOUD_PROJECT="tuning-fork")
    site.get("/api/v1/genre", query_string={"track": services.music[0].id}, headers={"X-Cloud-Trace-Context": TRACE})
    lines = [line for line in site.log if line["message"].startswith("ReccoBeats: ")]
    assert lines
    assert {line["logging.googleapis.com/trace"] for line in lines} == {f"projects/tuning-fork/traces/{TRACE}"}


def test_of_several_seeds_all_calls_belong_to_the_request(services: Services) -> None:
    site = services.site()
    one, other = services.music[:2]
    site.get("/api/v1/recommendations", query_string=[("track", one.id), ("track", other.id)])
    assert site.log[-1]["durations"]["ReccoBeats"] > 0
