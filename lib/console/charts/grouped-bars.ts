import type { Draw } from './draw.ts';
import { categories, room, seriesColour, still, values } from './theme.ts';

/** Two bars side by side in each place: what was said, and what came. */
export function pairedBars(
  names: readonly string[],
  series: readonly [readonly number[], readonly number[]],
  short: (value: number) => string,
  most?: number,
): Draw {
  return () => ({
    option: {
      grid: room(),
      xAxis: categories(names, names.length),
      yAxis: values(short, most),
      series: series.map((data, k) => ({
        type: 'bar',
        ...still,
        barGap: '10%',
        barCategoryGap: '36%',
        itemStyle: { color: seriesColour(k === 0 ? 7 : 0) },
        data,
      })),
    },
  });
}
