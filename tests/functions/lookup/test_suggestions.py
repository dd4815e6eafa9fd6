from __future__ import annotations

import pytest

from tests.functions.lookup.conftest import Services


@pytest.mark.parametrize(
    "typed", ["linkin pa", "polka 2019 no", "https://open.spotify.com/track/7xyYsOvq5Ec3P4fr6mM9fD", "\N{SNOWMAN}"]
)
def test_what_is_half_typed_is_told_to_nobody(services: Services, typed: str) -> None:
    response = services.site(app=True).get("/api/v1/suggestions", query_string={"q": typed})
    assert response.status_code == 200
    assert services.n_calls == 0
