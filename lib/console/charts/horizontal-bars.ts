import type { Draw } from './draw.ts';
import { ACCENT, INK, labelStyle, nonInteractive, plotGridForNames } from './theme.ts';

interface HorizontalBar {
  name: string;
  value: number;
  /** what stands at its end */
  text: string;
  colour?: string;
}

const ROW_PX = 34;

/** Horizontal bars, the first at the top, each with its number at its end. Values below zero lie to the left. */
export function horizontalBars(bars: readonly HorizontalBar[], rowPx = ROW_PX): Draw {
  return ({ narrow }) => {
    const most = Math.max(0, ...bars.map(({ value }) => value));
    const least = Math.min(0, ...bars.map(({ value }) => value));
    // Room for the text at either end, in units of the values.
    const span = (most - least || 1) * (narrow ? 0.4 : 0.22);
    return {
      height: bars.length * rowPx + 16,
      option: {
        grid: plotGridForNames(bars.map(({ name }) => name)),
        xAxis: { type: 'value', show: false, min: least < 0 ? least - span : 0, max: most + span },
        yAxis: {
          type: 'category',
          inverse: true,
          data: bars.map(({ name }) => name),
          axisTick: { show: false },
          axisLine: { show: false },
          axisLabel: { ...labelStyle({ color: INK, fontSize: 12 }) },
        },
        series: [
          {
            type: 'bar',
            ...nonInteractive,
            barWidth: Math.min(18, rowPx * 0.55),
            data: bars.map(({ value, text, colour }) => ({
              value,
              itemStyle: { color: colour ?? ACCENT, borderRadius: value < 0 ? [3, 0, 0, 3] : [0, 3, 3, 0] },
              label: {
                show: true,
                position: value < 0 ? 'left' : 'right',
                formatter: text,
                ...labelStyle({ color: INK, fontSize: 12 }),
              },
            })),
          },
        ],
      },
    };
  };
}
