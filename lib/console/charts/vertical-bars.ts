import type { Draw } from './chart.ts';
import {
  categoryAxis,
  HATCH,
  INK,
  nonInteractive,
  plotGrid,
  SURFACE,
  seriesColour,
  valueAxis,
} from './theme.ts';

interface StackOptions {
  label: (category: string) => string;
  short: (value: number) => string;
  /** how many of the last bars are of periods that are not over */
  open?: number;
  colours?: readonly string[];
  /** a dashed line over the bars: the totals of the period before */
  over?: readonly number[];
}

/** Bars of several series on top of each other; what is below zero hangs down. */
export function stackedBars(
  dates: readonly string[],
  series: readonly (readonly number[])[],
  { label, short, open = 0, colours, over }: StackOptions,
): Draw {
  return ({ narrow }) => ({
    option: {
      grid: plotGrid(),
      xAxis: {
        ...categoryAxis(dates, narrow ? 5 : 12, label),
        axisLine: { onZero: true, lineStyle: { color: 'var(--line)' } },
      },
      yAxis: valueAxis(short),
      series: [
        ...series.map((data, k) => ({
          type: 'bar',
          stack: 'all',
          ...nonInteractive,
          barCategoryGap: dates.length > 60 ? '15%' : '28%',
          itemStyle: {
            color: colours?.[k] ?? seriesColour(k),
            ...(dates.length <= 60 && { borderColor: SURFACE, borderWidth: 0.5 }),
          },
          data: data.map((value, i) =>
            i >= dates.length - open ? { value, itemStyle: { decal: HATCH } } : value,
          ),
        })),
        ...(over === undefined
          ? []
          : [
              {
                type: 'line',
                ...nonInteractive,
                symbol: 'none',
                data: over,
                lineStyle: { color: INK, width: 1.2, type: [3, 3] },
              },
            ]),
      ],
    },
  });
}

/** Two bars side by side for each name: predicted and observed. */
export function groupedBars(
  names: readonly string[],
  series: readonly [readonly number[], readonly number[]],
  short: (value: number) => string,
  most?: number,
): Draw {
  return () => ({
    option: {
      grid: plotGrid(),
      xAxis: categoryAxis(names, names.length),
      yAxis: valueAxis(short, most),
      series: series.map((data, k) => ({
        type: 'bar',
        ...nonInteractive,
        barGap: '10%',
        barCategoryGap: '36%',
        itemStyle: { color: seriesColour(k === 0 ? 7 : 0) },
        data,
      })),
    },
  });
}
