import { CATALOGUE, FEATURE_KINDS, type FeatureName, type LocalizedText } from '#lib/features/catalogue.ts';
import type { Features } from '#lib/features/features.ts';
import type { Language } from '#lib/platform/language.ts';

const NEAR_MEAN = 0.1;

/**
 * A feature as one short sentence about the member, from its parts in the catalogue.
 * @param mean the community's; undefined while it is unknown
 */
export function describeFeature(
  feature: FeatureName,
  features: Features,
  mean: number | undefined,
  language: Language,
): string {
  const { unknown, sentence } = CATALOGUE[feature];
  const value = features[feature];
  const basis = sentence.basis === undefined ? value : features[sentence.basis];
  if (unknown !== undefined && Number.isNaN(value)) return unknown[language];
  if (sentence.one !== undefined && value === 1) return sentence.one[language];
  if (sentence.negative !== undefined && value < 0) return sentence.negative[language];
  if (sentence.zero !== undefined && basis <= 0) return sentence.zero[language];
  if (sentence.timesMean !== undefined && mean !== undefined && mean > 0) {
    return compareWithMean(sentence.timesMean, value / mean)[language];
  }
  const plain = sentence.plain[language]
    .replace('{value}', formatValue(feature, value))
    .replace('{basis}', String(basis));
  return sentence.meanBeside === true ? plain + meanSuffix(feature, mean)[language] : plain;
}

/** “n times the mean” */
function compareWithMean({ zh, en }: LocalizedText, ratio: number): LocalizedText {
  if (Math.abs(ratio - 1) <= NEAR_MEAN) {
    return { zh: `${zh}和社群均值差不多`, en: `${en}: about the community's mean` };
  }
  if (ratio > 1) {
    const times = formatShort(ratio);
    return { zh: `${zh}是社群均值的 ${times} 倍`, en: `${en}: ${times} times the community's mean` };
  }
  if (ratio < 0.01) {
    return { zh: `${zh}不到社群均值的 1%`, en: `${en}: less than 1 % of the community's mean` };
  }
  const percent = formatPercent(ratio);
  return { zh: `${zh}只有社群均值的 ${percent}%`, en: `${en}: ${percent} % of the community's mean` };
}

/** What follows a sentence about the member; nothing where no mean is known, which is 0 in a model if nobody's value is. */
function meanSuffix(feature: FeatureName, mean: number | undefined): LocalizedText {
  const { kind, unknown } = CATALOGUE[feature];
  if (mean === undefined || (unknown !== undefined && mean === 0)) return { zh: '', en: '' };
  const unit = FEATURE_KINDS[kind].unit.zh;
  const [zh, en] =
    kind === 'share'
      ? [`${formatPercent(mean)}%`, `${formatPercent(mean)} %`]
      : [`${formatShort(mean)} ${unit}`, formatShort(mean)];
  return { zh: `，社群平均 ${zh}`, en: `; the community's mean is ${en}` };
}

/** As the sentences of its kind have it: shares in percent, means rounded, counts and days as they are. */
function formatValue(feature: FeatureName, value: number): string {
  const { kind } = CATALOGUE[feature];
  if (kind === 'share') return formatPercent(value);
  return kind === 'mean' ? formatShort(value) : String(value);
}

const formatShort = (x: number): string =>
  x >= 9.95 ? String(Math.round(x)) : String(Math.round(x * 10) / 10);
const formatPercent = (share: number): string => String(Math.round(share * 100));
