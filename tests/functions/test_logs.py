from __future__ import annotations

import io
import json
import threading

import pytest

from kamerton.logs import Log, begin_request, durations, end_request, timed


def test_a_line_is_one_object_with_a_severity_and_a_message() -> None:
    stream = io.StringIO()
    Log(stream).line("INFO", "request", status=200, milliseconds=1.5, release=None)
    assert json.loads(stream.getvalue()) == {
        "severity": "INFO",
        "message": "request",
        "status": 200,
        "milliseconds": 1.5,
        "release": None,
    }


@pytest.mark.parametrize(
    "message", ["two\nlines", "caf\N{LATIN SMALL LETTER E WITH ACUTE}", '"quoted"', "a\u2028b", "\x00\x1b[31m"]
)
def test_whatever_the_message_a_line_stays_a_line(message: str) -> None:
    stream = io.StringIO()
    Log(stream).line("ERROR", message)
    assert stream.getvalue().count("\n") == 1
    assert json.loads(stream.getvalue())["message"] == message


def test_lines_of_many_threads_do_not_mix() -> None:
    stream = io.StringIO()
    log = Log(stream)
    threads = [threading.Thread(target=lambda: [log.line("INFO", "x" * 1000) for _ in range(50)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = stream.getvalue().splitlines()
    assert len(lines) == 400
    assert all(json.loads(line)["message"] == "x" * 1000 for line in lines)


def test_without_a_stream_lines_go_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    Log().line("INFO", "started")
    assert json.loads(capsys.readouterr().err)["message"] == "started"


def test_times_of_one_name_are_added_up_until_the_next_request() -> None:
    begin_request({})
    for name in ("deezer", "spotify", "deezer"):
        with timed(name):
            pass
    with pytest.raises(ZeroDivisionError), timed("reccobeats"):
        _ = 1 / 0
    assert list(durations()) == ["deezer", "spotify", "reccobeats"]
    assert all(0 <= milliseconds < 1000 for milliseconds in durations().values())
    begin_request({})
    assert durations() == {}
    end_request()


def test_outside_of_a_request_nothing_is_counted() -> None:
    def work() -> None:
        with timed("deezer"):
            pass
        results.append(durations())

    results: list[dict[str, float]] = []
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert results == [{}]
