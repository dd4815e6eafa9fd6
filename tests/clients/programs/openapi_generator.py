"""Asks by the client that openapi-generator makes for Python. Arguments: the address, the features as JSON."""

import json
import sys

import openapi_client

address, features = sys.argv[1], json.loads(sys.argv[2])
with openapi_client.ApiClient(openapi_client.Configuration(host=address)) as connection:
    api = openapi_client.DefaultApi(connection)
    question = openapi_client.FeaturesQuestion(features=openapi_client.Features.from_dict(features), limit=3)
    answer = api.recommendations_for_features(question)
    track = api.track(answer.recommendations[0].track.id)
    print(json.dumps({"answer": answer.to_dict(), "track": track.to_dict()}))
