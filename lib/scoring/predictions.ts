import { type Features, type OwnFeatures, withActivity } from '#lib/features/features.ts';
import { writeRow } from '#lib/models/coordinates.ts';
import { calibrate, classify } from '#lib/models/lifecycle/predict.ts';
import type { Stage } from '#lib/models/model-files.ts';
import type { Coordinate } from '#lib/models/schema.ts';
import { classifyStage, type Influence, type NoModelReason, type PreparedModels } from './prepared-models.ts';

/** Why a figure is null. */
export type WhyMissing =
  | NoModelReason
  /** the member has not been here for a whole week */
  | 'too_new'
  /** whoever is away already cannot leave */
  | 'already_churned'
  /** the member is not among the most influential, or acts on nobody and nobody on them */
  | 'not_ranked'
  /** nothing that the member did counts as an action */
  | 'no_actions';

/** What models say of a member, unrounded, or why they say nothing. */
export interface Predictions {
  features: Features;
  /** a share of the community; NaN while its size is unknown */
  activity: number;
  percentile: number | undefined;
  retention: number | undefined;
  stage: Stage;
  churnRisk: number | undefined;
  profile: NearestProfile | undefined;
  value: ValuePrediction | undefined;
  influence: Influence | undefined;
}

/** Net payment of the next 30 days in minor units, never below 0, and its 80 % interval. */
interface ValuePrediction {
  amount: number;
  low: number;
  high: number;
}

/**
 * Scores one member with the models at hand: the same code for this second and for every night.
 * @param own as `ownFeatures` makes them
 */
export function computePredictions(own: OwnFeatures, models: PreparedModels, userId?: string): Predictions {
  const community = models.community.ready;
  const features = withActivity(own, community?.members ?? Number.NaN);
  const stage = classifyStage(own, models.thresholds);
  const profiles = models.profiles.ready;
  return {
    features,
    activity: features.activity,
    percentile: community?.percentile(own.interactions30),
    retention: own.retentionWeeks === 0 ? undefined : own.retention,
    stage,
    churnRisk: stage === 'churned' ? undefined : predictChurnRisk(features, models),
    profile: profiles === undefined ? undefined : findNearestProfile(profiles, features),
    value: predictValue(features, models),
    influence: userId === undefined ? undefined : models.influence.ready?.get(userId),
  };
}

function predictChurnRisk(features: Features, { lifecycle: { ready } }: PreparedModels): number | undefined {
  if (ready === undefined) return undefined;
  writeRow(ready.coordinates, features, ready.row);
  return calibrate(ready.calibration, classify(ready.classifier, ready.row));
}

function predictValue(features: Features, { value: { ready } }: PreparedModels): ValuePrediction | undefined {
  if (ready === undefined) return undefined;
  let amount = ready.base;
  for (let i = 0; i < ready.features.length; i += 1) {
    amount += ready.estimates[i]! * deviation(features[ready.features[i]!], ready.means[i]!);
  }
  const { low, high } = ready.intervals.find(({ upTo }) => upTo === null || amount <= upTo)!;
  return { amount: Math.max(0, amount), low: Math.max(0, amount + low), high: Math.max(0, amount + high) };
}

/** How far from the mean; what is unknown counts as at the mean. */
export const deviation = (x: number, mean: number): number => (Number.isNaN(x) ? 0 : x - mean);

interface Centres {
  coordinates: readonly Coordinate[];
  centres: Float64Array;
  row: Float64Array;
}

/** The profile nearest to a member, and the one that would have been next. */
interface NearestProfile {
  index: number;
  /** −1 when there is only one profile */
  next: number;
  /** Euclidean, in standard deviations */
  distance: number;
  /** how much nearer than the next, 0 for just as near to 1 for at its very centre; 1 without a next */
  margin: number;
}

/** Assigns a member to the nearest centre; of two equally near the first. Leaves the member's coordinates in `row`. */
function findNearestProfile({ coordinates, centres, row }: Centres, features: Features): NearestProfile {
  writeRow(coordinates, features, row);
  const width = row.length;
  let [index, next] = [-1, -1];
  let [least, second] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let c = 0, from = 0; from < centres.length; c += 1, from += width) {
    let sum = 0;
    for (let j = 0; j < width; j += 1) {
      const d = row[j]! - centres[from + j]!;
      sum += d * d;
    }
    if (sum < least) {
      [second, next] = [least, index];
      [least, index] = [sum, c];
    } else if (sum < second) [second, next] = [sum, c];
  }
  const margin = second > 0 ? 1 - Math.sqrt(least / second) : 0;
  return { index, next, distance: Math.sqrt(least), margin };
}

/**
 * What draws a member to its profile rather than to the next nearest: by coordinate, how much less its squared
 * distance to the one is than to the other. All of them add up to the difference of the squared distances.
 * @param row the member's coordinates, as `nearestProfile` left them
 */
export function distanceContributions(
  { centres, row }: Centres,
  { index, next }: NearestProfile,
): Float64Array {
  const width = row.length;
  return row.map((x, j) => {
    const own = x - centres[index * width + j]!;
    const other = x - centres[next * width + j]!;
    return other * other - own * own;
  });
}
