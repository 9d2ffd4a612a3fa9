import type { Chart } from '#lib/console/charts/chart.ts';
import { intervalBars } from '#lib/console/charts/horizontal-bars.ts';
import { groupedBars } from '#lib/console/charts/vertical-bars.ts';
import type { ViewContext } from '#lib/console/layout/view.ts';
import { CATALOGUE, type FeatureName } from '#lib/features/catalogue.ts';
import type { FittedModel } from '#lib/models/registry/models.ts';
import { valueMessages } from './messages.ts';

const MAX_SHOWN = 12;

/** Coefficients per step that people think in, largest effect for a usual member first. */
export function coefficientsChart(model: FittedModel<'value'>, { lang, format }: ViewContext): Chart {
  const messages = valueMessages[lang];
  const minor = format.minorPerMajor;
  const rows = model.coefficients
    .flatMap(({ feature, estimate, low, high, distinguishable }) => {
      if (feature === 'intercept') return [];
      const step = displayStep(feature, minor);
      return [{ feature, estimate: estimate * step, low: low * step, high: high * step, distinguishable }];
    })
    .sort(
      (a, b) =>
        Number(b.distinguishable) - Number(a.distinguishable) || Math.abs(b.estimate) - Math.abs(a.estimate),
    );
  const describe = (amount: number) =>
    amount < 0 ? messages.less(format.money(-amount)) : messages.more(format.money(amount));
  return {
    id: 'coefficients',
    title: messages.coefficients,
    caption: messages.coefficientsHow,
    columns: [
      { name: messages.driver, kind: 'text' },
      { name: messages.estimate, kind: 'money' },
      { name: messages.low, kind: 'money' },
      { name: messages.high, kind: 'money' },
      { name: messages.sure, kind: 'text' },
    ],
    rows: rows.map(({ feature, estimate, low, high, distinguishable }) => [
      CATALOGUE[feature].step[lang],
      estimate,
      low,
      high,
      distinguishable ? messages.yes : messages.no,
    ]),
    draw: intervalBars(
      rows.slice(0, MAX_SHOWN).map(({ feature, estimate, low, high, distinguishable }) => ({
        name: CATALOGUE[feature].step[lang],
        value: estimate,
        low,
        high,
        text: distinguishable ? describe(estimate) : messages.no,
        faint: !distinguishable,
      })),
    ),
  };
}

/** Deciles of the held-out members: predicted beside observed. */
export function calibrationChart({ card }: FittedModel<'value'>, { lang, format }: ViewContext): Chart {
  const messages = valueMessages[lang];
  return {
    id: 'calibration',
    title: messages.calibration,
    caption: messages.calibrationHow,
    columns: [
      { name: messages.decile, kind: 'count' },
      { name: messages.predicted, kind: 'money' },
      { name: messages.observed, kind: 'money' },
      { name: messages.members, kind: 'count' },
    ],
    rows: card.deciles.map(({ predicted, observed, members }, i) => [i + 1, predicted, observed, members]),
    legend: [
      { name: messages.predicted, series: 's8' },
      { name: messages.observed, series: 's1' },
    ],
    draw: groupedBars(
      card.deciles.map((_, i) => String(i + 1)),
      [
        card.deciles.map(({ predicted }) => format.major(predicted)),
        card.deciles.map(({ observed }) => format.major(observed)),
      ],
      format.short,
    ),
  };
}

/** The same of the risk of churn. */
export function riskChart({ card }: FittedModel<'lifecycle'>, { lang, format }: ViewContext): Chart {
  const messages = valueMessages[lang];
  return {
    id: 'risk',
    title: messages.churnChart,
    caption: messages.churnHow,
    columns: [
      { name: messages.decile, kind: 'count' },
      { name: messages.predicted, kind: 'share' },
      { name: messages.observed, kind: 'share' },
      { name: messages.lift, kind: 'decimal' },
      { name: messages.members, kind: 'count' },
    ],
    rows: card.deciles.map(({ predicted, observed, lift, members }, i) => [
      i + 1,
      predicted,
      observed,
      lift,
      members,
    ]),
    legend: [
      { name: messages.predicted, series: 's8' },
      { name: messages.observed, series: 's1' },
    ],
    draw: groupedBars(
      card.deciles.map((_, i) => String(i + 1)),
      [card.deciles.map(({ predicted }) => predicted), card.deciles.map(({ observed }) => observed)],
      format.share,
      1,
    ),
  };
}

/** A coefficient is per unit; money counts per 100 of the larger unit, shares per tenth. */
function displayStep(feature: FeatureName, minorPerMajor: number): number {
  const { kind, step } = CATALOGUE[feature];
  if (step.size !== undefined) return step.size;
  if (kind === 'money') return 100 * minorPerMajor;
  return kind === 'share' ? 0.1 : 1;
}
