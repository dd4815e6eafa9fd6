"""Asks by the client that openapi-python-client makes. Arguments: the address, the features as JSON."""

import json
import sys

from kamerton_client import Client
from kamerton_client.api.default import recommendations_for_features, track
from kamerton_client.models import FeaturesQuestion

address, features = sys.argv[1], json.loads(sys.argv[2])
with Client(address) as connection:
    question = FeaturesQuestion.from_dict({"features": features, "limit": 3})
    answer = recommendations_for_features.sync(client=connection, body=question)
    found = track.sync(answer.recommendations[0].track.id, client=connection)
    print(json.dumps({"answer": answer.to_dict(), "track": found.to_dict()}))
