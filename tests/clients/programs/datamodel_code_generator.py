"""Asks with the models that datamodel-code-generator makes. Arguments: the address, the features as JSON."""

import json
import sys

import httpx
from models import FeaturesQuestion, RecommendationsAnswer, TrackAnswer

address, features = sys.argv[1], json.loads(sys.argv[2])
with httpx.Client(base_url=address, headers={"Content-Type": "application/json"}) as connection:
    question = FeaturesQuestion(features=features, limit=3)
    response = connection.post("/api/v1/recommendations", content=question.model_dump_json(exclude_unset=True))
    answer = RecommendationsAnswer.model_validate_json(response.content)
    track = TrackAnswer.model_validate_json(connection.get(f"/api/v1/tracks/{answer.recommendations[0].track.id}").content)
    print(json.dumps({"answer": answer.model_dump(mode="json"), "track": track.model_dump(mode="json")}))
