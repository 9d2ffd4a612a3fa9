import type { Figure } from '#lib/console/charts/chart.ts';
import { pairedBars } from '#lib/console/charts/grouped-bars.ts';
import { intervalBars } from '#lib/console/charts/interval-bars.ts';
import type { Look } from '#lib/console/layout/view.ts';
import type { FeatureName } from '#lib/features/features.ts';
import type { FittedModel } from '#lib/models/model-files.ts';
import { valueWords } from './messages.ts';

const MONEY: ReadonlySet<FeatureName> = new Set<FeatureName>(['payment30', 'payment90', 'paymentTotal']);
const MOST_SHOWN = 12;

/** Coefficients per step that people think in, largest effect for a usual member first. */
export function coefficientsFigure(model: FittedModel<'value'>, { lang, format }: Look): Figure {
  const words = valueWords[lang];
  const minor = format.minorPerMajor;
  const rows = model.coefficients
    .flatMap(({ feature, estimate, low, high, distinguishable }) => {
      if (feature === 'intercept') return [];
      const step = stepOf(feature, minor);
      return [{ feature, estimate: estimate * step, low: low * step, high: high * step, distinguishable }];
    })
    .sort(
      (a, b) =>
        Number(b.distinguishable) - Number(a.distinguishable) || Math.abs(b.estimate) - Math.abs(a.estimate),
    );
  const said = (amount: number) =>
    amount < 0 ? words.less(format.money(-amount)) : words.more(format.money(amount));
  return {
    id: 'coefficients',
    title: words.coefficients,
    caption: words.coefficientsHow,
    columns: [
      { name: words.driver, kind: 'text' },
      { name: words.estimate, kind: 'money' },
      { name: words.low, kind: 'money' },
      { name: words.high, kind: 'money' },
      { name: words.sure, kind: 'text' },
    ],
    rows: rows.map(({ feature, estimate, low, high, distinguishable }) => [
      words.per[feature],
      estimate,
      low,
      high,
      distinguishable ? words.yes : words.no,
    ]),
    draw: intervalBars(
      rows.slice(0, MOST_SHOWN).map(({ feature, estimate, low, high, distinguishable }) => ({
        name: words.per[feature],
        value: estimate,
        low,
        high,
        text: distinguishable ? said(estimate) : words.no,
        faint: !distinguishable,
      })),
    ),
  };
}

/** Held-out tenths: predicted beside what came. */
export function calibrationFigure({ card }: FittedModel<'value'>, { lang, format }: Look): Figure {
  const words = valueWords[lang];
  return {
    id: 'calibration',
    title: words.calibration,
    caption: words.calibrationHow,
    columns: [
      { name: words.tenth, kind: 'count' },
      { name: words.predicted, kind: 'money' },
      { name: words.observed, kind: 'money' },
      { name: words.members, kind: 'count' },
    ],
    rows: card.deciles.map(({ predicted, observed, members }, i) => [i + 1, predicted, observed, members]),
    legend: [
      { name: words.predicted, series: 's8' },
      { name: words.observed, series: 's1' },
    ],
    draw: pairedBars(
      card.deciles.map((_, i) => String(i + 1)),
      [
        card.deciles.map(({ predicted }) => format.major(predicted)),
        card.deciles.map(({ observed }) => format.major(observed)),
      ],
      format.short,
    ),
  };
}

/** The same of the risk of leaving. */
export function riskFigure({ card }: FittedModel<'lifecycle'>, { lang, format }: Look): Figure {
  const words = valueWords[lang];
  return {
    id: 'risk',
    title: words.churnFigure,
    caption: words.churnHow,
    columns: [
      { name: words.tenth, kind: 'count' },
      { name: words.predicted, kind: 'share' },
      { name: words.observed, kind: 'share' },
      { name: words.lift, kind: 'decimal' },
      { name: words.members, kind: 'count' },
    ],
    rows: card.deciles.map(({ predicted, observed, lift, members }, i) => [
      i + 1,
      predicted,
      observed,
      lift,
      members,
    ]),
    legend: [
      { name: words.predicted, series: 's8' },
      { name: words.observed, series: 's1' },
    ],
    draw: pairedBars(
      card.deciles.map((_, i) => String(i + 1)),
      [card.deciles.map(({ predicted }) => predicted), card.deciles.map(({ observed }) => observed)],
      format.share,
      1,
    ),
  };
}

/** A coefficient is per unit; money counts per 100 of the larger unit, shares per part of one. */
function stepOf(feature: FeatureName, minorPerMajor: number): number {
  if (MONEY.has(feature)) return 100 * minorPerMajor;
  if (feature === 'activity') return 0.01;
  return feature === 'retention' ? 0.1 : 1;
}
