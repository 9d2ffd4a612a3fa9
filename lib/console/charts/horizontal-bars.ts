import type { Draw } from './chart.ts';
import { ACCENT, INK, LINE, labelStyle, MUTED, nonInteractive, plotGridForNames } from './theme.ts';

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

interface IntervalBar {
  name: string;
  value: number;
  low: number;
  high: number;
  text: string;
  /** not distinguishable from 0: drawn faint */
  faint: boolean;
}

interface CellApi {
  coord(value: [number, number]): [number, number];
  value(dimension: number): number;
}

const INTERVAL_ROW_PX = 32;

/** Points with their intervals, each on its own line, and a line at zero. */
export function intervalBars(bars: readonly IntervalBar[]): Draw {
  return ({ narrow }) => {
    const ends = bars.flatMap(({ low, high }) => [low, high, 0]);
    const [least, most] = [Math.min(...ends), Math.max(...ends)];
    const span = most - least || 1;
    return {
      height: bars.length * INTERVAL_ROW_PX + 20,
      option: {
        grid: plotGridForNames(bars.map(({ name }) => name)),
        xAxis: {
          type: 'value',
          show: false,
          min: least - span * 0.05,
          max: most + span * (narrow ? 0.55 : 0.3),
        },
        yAxis: {
          type: 'category',
          inverse: true,
          data: bars.map(({ name }) => name),
          axisTick: { show: false },
          axisLine: { show: false },
          axisLabel: labelStyle({ color: INK, fontSize: 12 }),
          splitLine: { show: false },
        },
        series: [
          {
            type: 'custom',
            silent: true,
            data: bars.map(({ low, high, value, faint }, i) => [low, i, high, value, faint ? 1 : 0]),
            encode: { x: [0, 2], y: 1 },
            renderItem: (params: { dataIndex: number }, api: CellApi) => {
              const bar = bars[params.dataIndex];
              const row = api.value(1);
              const [x1, y] = api.coord([api.value(0), row]);
              const [x2] = api.coord([api.value(2), row]);
              const [x] = api.coord([api.value(3), row]);
              const [zero] = api.coord([0, row]);
              const colour = bar?.faint ? MUTED : ACCENT;
              return {
                type: 'group',
                children: [
                  line(zero, y - INTERVAL_ROW_PX / 2, zero, y + INTERVAL_ROW_PX / 2, LINE, 1),
                  line(x1, y, x2, y, colour, 2),
                  line(x1, y - 4, x1, y + 4, colour, 1.5),
                  line(x2, y - 4, x2, y + 4, colour, 1.5),
                  { type: 'circle', shape: { cx: x, cy: y, r: 4 }, style: { fill: colour } },
                  {
                    type: 'text',
                    style: {
                      x: x2 + 10,
                      y,
                      text: bar?.text ?? '',
                      verticalAlign: 'middle',
                      fontSize: 12,
                      fill: bar?.faint ? MUTED : INK,
                    },
                  },
                ],
              };
            },
          },
        ],
      },
    };
  };
}

const line = (x1: number, y1: number, x2: number, y2: number, stroke: string, lineWidth: number) => ({
  type: 'line',
  shape: { x1, y1, x2, y2 },
  style: { stroke, lineWidth },
});
