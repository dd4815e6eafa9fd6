// Asks by the client that openapi-generator makes for TypeScript. Arguments: the address, the features as JSON.

import { Configuration, DefaultApi, FeaturesFromJSON, RecommendationsAnswerToJSON, TrackAnswerToJSON } from './index';

declare const process: { argv: string[] };

const [address, features] = process.argv.slice(2);
const api = new DefaultApi(new Configuration({ basePath: address }));
const answer = await api.recommendationsForFeatures({
  featuresQuestion: { features: FeaturesFromJSON(JSON.parse(features!)), limit: 3 },
});
const track = await api.track({ id: answer.recommendations[0]!.track.id });
console.log(JSON.stringify({ answer: RecommendationsAnswerToJSON(answer), track: TrackAnswerToJSON(track) }));
