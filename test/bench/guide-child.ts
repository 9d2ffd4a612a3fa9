import { readFileSync } from 'node:fs';
import { FEATURES } from '#lib/features/catalogue.ts';
import { toRows } from '#lib/models/coordinates.ts';
import type { TrainingTable } from '#lib/models/feature-tables.ts';
import { findNearestTwo } from '#lib/models/numeric/kmeans/distances.ts';
import { fitProfiles } from '#lib/models/profiles/train.ts';
import { fitValue } from '#lib/models/value/train.ts';

/** The guide's program with zhiqun's own functions: the same columns, five profiles, a value for every member. */
const started = performance.now();
const asOf = '2026-11-22';
const NAMES = ['posts30', 'replies30', 'likes30', 'attends30', 'retention', 'payment30', 'value'] as const;
const bytes = readFileSync(process.argv[2]!);
const all = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
const members = all.length / NAMES.length;
const given = Object.fromEntries(
  NAMES.map((name, i) => [name, all.subarray(i * members, (i + 1) * members)]),
) as Record<(typeof NAMES)[number], Float64Array>;
const userIds = Array.from({ length: members }, (_, n) => `member-${n}`);
const none = new Float64Array(members);

const begun = performance.now();
const columns = Object.fromEntries(FEATURES.map((name) => [name, none])) as TrainingTable['columns'];
for (const name of NAMES) if (name !== 'value') columns[name] = given[name];
// The guide has one payment: what the value goes by, and what the profiles do.
columns.paymentTotal = given.payment30;
const { posts30, replies30, likes30, attends30 } = columns;
columns.activity = posts30.map((posts, i) => (posts + replies30[i]! + likes30[i]! + attends30[i]!) / members);
const table = { userIds, columns, paymentNext30: given.value, activeNext30: new Uint8Array(members) };
const parts = async function* () {
  yield table;
};
const profiles = await fitProfiles(parts, { asOf, k: 5 });
const value = await fitValue(parts, { asOf, historyDays: 365, currency: 'CNY' });
if (profiles.status !== 'fitted' || value.status !== 'fitted') throw new Error('too little data');

const rows = toRows(profiles.coordinates, columns);
const width = profiles.coordinates.length;
const centres = Float64Array.from(profiles.clusters.flatMap(({ centroid }) => centroid));
const nearest = { label: 0, least: 0, second: 0 };
const labels = new Uint8Array(members);
for (let i = 0; i < members; i += 1) {
  findNearestTwo(rows, i * width, centres, width, nearest);
  labels[i] = nearest.label;
}
const predicted = new Float64Array(members);
for (const { feature, estimate } of value.coefficients) {
  const column = feature === 'intercept' ? undefined : columns[feature];
  for (let i = 0; i < members; i += 1) predicted[i]! += estimate * (column?.[i] ?? 1);
}
const ended = performance.now();

const mean = given.value.reduce((sum, y) => sum + y, 0) / members;
const left = given.value.reduce((sum, y, i) => sum + (y - predicted[i]!) ** 2, 0);
const total = given.value.reduce((sum, y) => sum + (y - mean) ** 2, 0);
process.stdout.write(
  JSON.stringify({
    workMs: ended - begun,
    startMs: begun - started,
    profiles: new Set(labels).size,
    r2: 1 - left / total,
  }),
);
