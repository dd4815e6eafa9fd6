from __future__ import annotations

import pytest

from kamerton.deadline import Deadline
from kamerton.errors import DeadlineExceeded
from tests.fakes.clock import Clock


def test_time_runs_out() -> None:
    clock = Clock()
    deadline = Deadline(5, clock)
    clock.pass_by(3)
    assert deadline.left == 2
    assert not deadline.passed
    deadline.check()


def test_a_passed_deadline_has_nothing_left_and_says_so() -> None:
    clock = Clock()
    deadline = Deadline(5, clock)
    clock.pass_by(6)
    assert deadline.left == 0
    assert deadline.passed
    with pytest.raises(DeadlineExceeded):
        deadline.check()


def test_no_time_at_all_has_passed_at_once() -> None:
    assert Deadline(0, Clock()).passed
