import type { Draw } from './chart.ts';
import {
  categoryAxis,
  labelStyle,
  MUTED,
  nonInteractive,
  plotGrid,
  seriesColour,
  textWidth,
  valueAxis,
} from './theme.ts';

interface Line {
  name: string;
  data: readonly (number | null)[];
  /** of the period before: thin and dashed */
  faint?: boolean;
  colour?: string;
}

interface LineOptions {
  label: (category: string) => string;
  short: (value: number) => string;
  /** how many of the last points are of periods that are not over: their piece of line is dashed */
  open?: number;
  /** where the axis ends, e.g. 1 for shares */
  most?: number;
}

/** Thin lines with their names at their ends. */
export function lines(categoriesOf: readonly string[], all: readonly Line[], options: LineOptions): Draw {
  const { label: axisLabel, short, open = 0, most } = options;
  return ({ narrow }) => {
    const longest = Math.max(...all.map(({ name }) => textWidth(name)));
    const last = categoriesOf.length - 1;
    return {
      option: {
        grid: plotGrid(Math.min(narrow ? 84 : 150, longest + 14)),
        xAxis: { ...categoryAxis(categoriesOf, narrow ? 4 : 10, axisLabel), boundaryGap: false },
        yAxis: valueAxis(short, most),
        series: all.flatMap(({ name, data, faint, colour }, k): object[] => {
          const own = colour ?? seriesColour(k);
          const style = {
            color: own,
            width: faint ? 1.2 : 1.8,
            ...(faint && { type: 'dashed', opacity: 0.7 }),
          };
          const line = {
            type: 'line',
            ...nonInteractive,
            ...pointMarkers(data),
            connectNulls: false,
            lineStyle: style,
          };
          const endLabel = {
            show: true,
            formatter: name,
            ...labelStyle({ color: faint ? MUTED : own, fontSize: 12 }),
          };
          if (open === 0) return [{ ...line, data, endLabel, labelLayout: { moveOverlap: 'shiftY' } }];
          const [over, rest] = [last - open, { ...style, type: 'dashed' }];
          return [
            { ...line, data: data.map((value, i) => (i <= over ? value : null)) },
            {
              ...line,
              lineStyle: rest,
              data: data.map((value, i) => (i >= over ? value : null)),
              endLabel,
              labelLayout: { moveOverlap: 'shiftY' },
            },
          ];
        }),
      },
    };
  };
}

/** A line with holes in it may be made of lone points. */
const pointMarkers = (data: Line['data']) =>
  data.slice(data.findIndex((value) => value !== null)).includes(null)
    ? { symbol: 'circle', symbolSize: 5 }
    : { symbol: 'none' };
