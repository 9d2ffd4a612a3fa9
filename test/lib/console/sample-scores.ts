import { STAGES } from '#lib/models/model-files.ts';
import type { ScoreRow } from '#lib/pipeline/parquet/schemas.ts';

const FAMILY = '林陈王周许赵沈何顾苏叶方唐'.split('');
const GIVEN = '晓雨 思远 沐 子衿 知意 一鸣 清和 嘉 北 若水 南星 言之 望舒'.split(' ');
const CITIES = ['上海', '北京', 'Chengdu'];

/** Scores of 260 members, as a nightly run writes them. */
export const sampleScores = (): ScoreRow[] =>
  Array.from({ length: 260 }, (_, i) => ({
    userId: `u_${10_000 + i * 37}`,
    name: i % 17 === 5 ? null : `${FAMILY[i % FAMILY.length]}${GIVEN[(i * 7) % GIVEN.length]}`,
    traits:
      i % 4 === 3 ? null : JSON.stringify({ city: CITIES[i % 3], email: `m${i}@example.com`, level: i % 5 }),
    activity: (260 - i) / 1_400,
    interactions30: 260 - i,
    activityPercentile: 1 - i / 260,
    retention: 0.4 + ((i * 13) % 60) / 100,
    stage: STAGES[i % STAGES.length]!,
    churnRisk: STAGES[i % STAGES.length] === 'churned' ? null : ((i * 29) % 100) / 100,
    profileId: `p${(i % 5) + 1}`,
    profileDistance: 0.5,
    profileMargin: 0.3,
    valueMinor: ((i * 7919) % 60_000) - 2_000,
    valueLowMinor: 0,
    valueHighMinor: 90_000,
    influence: null,
    influencePercentile: null,
    asOf: '2026-11-22',
  }));
