import type { Draw } from './draw.ts';
import { categoryAxis, nonInteractive, plotGrid, seriesColour, valueAxis } from './theme.ts';

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
