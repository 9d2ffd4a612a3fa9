import type { Draw } from './chart.ts';
import { INK, LINE, labelStyle, SURFACE } from './theme.ts';

interface HeatCell {
  x: number;
  y: number;
  /** between 0 and 1: how dark, and what stands in it */
  share: number;
  /** of a period that is not over: hatched */
  open: boolean;
}

interface HeatMapData {
  rows: readonly string[];
  columns: readonly string[];
  cells: readonly HeatCell[];
}

interface CellApi {
  coord(value: [number, number]): [number, number];
  size(value: [number, number]): [number, number];
  value(dimension: number): number;
}

const ROW_PX = 26;
/** The numbers in the cells stay readable on the darkest, in light and dark. */
const [LIGHTEST, DARKEST] = [0.05, 0.6];
const MAX_COLUMNS_NARROW = 9;

/** Cells that are the darker the larger their share; each says it as a number too. */
export function heatMap({ rows, columns, cells }: HeatMapData): Draw {
  return ({ narrow, width }) => {
    const shown = narrow ? columns.slice(0, MAX_COLUMNS_NARROW) : columns;
    const cellWidth = (width - 90) / Math.max(1, shown.length);
    return {
      height: rows.length * ROW_PX + 34,
      option: {
        grid: { left: 4, right: 4, top: 24, bottom: 4, outerBoundsMode: 'same' },
        xAxis: {
          type: 'category',
          position: 'top',
          data: shown,
          axisTick: { show: false },
          axisLine: { show: false },
          axisLabel: labelStyle(),
        },
        yAxis: {
          type: 'category',
          inverse: true,
          data: rows,
          axisTick: { show: false },
          axisLine: { show: false },
          axisLabel: labelStyle({ interval: 0 }),
        },
        series: [
          {
            type: 'custom',
            silent: true,
            data: cells
              .filter(({ x }) => x < shown.length)
              .map(({ x, y, share, open }) => [x, y, share, open ? 1 : 0]),
            renderItem: (_: unknown, api: CellApi) => {
              const [x, y] = api.coord([api.value(0), api.value(1)]);
              const [width, height] = api.size([1, 1]);
              const share = api.value(2);
              const box = {
                x: x - width / 2 + 1,
                y: y - height / 2 + 1,
                width: width - 2,
                height: height - 2,
              };
              const rect = { ...box, r: 2 };
              return {
                type: 'group',
                children: [
                  {
                    type: 'rect',
                    shape: rect,
                    style: { fill: 'var(--accent-flat)', opacity: LIGHTEST + (DARKEST - LIGHTEST) * share },
                  },
                  ...(api.value(3) === 1 ? hatching(box) : []),
                  ...(cellWidth < 26
                    ? []
                    : [
                        {
                          type: 'text',
                          style: {
                            x,
                            y,
                            text: `${Math.round(share * 100)}%`,
                            align: 'center',
                            verticalAlign: 'middle',
                            fontSize: narrow ? 9 : 11,
                            fill: INK,
                          },
                        },
                      ]),
                ],
              };
            },
          },
        ],
      },
    };
  };
}

/** Slanted lines across a cell. */
function hatching({ x, y, width, height }: { x: number; y: number; width: number; height: number }) {
  const gap = 7;
  const count = Math.ceil((width + height) / gap);
  return Array.from({ length: count }, (_, i) => {
    const along = i * gap;
    const [x1, y1] = along < width ? [x + along, y] : [x + width, y + along - width];
    const [x2, y2] = along < height ? [x, y + along] : [x + along - height, y + height];
    return { type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: SURFACE, lineWidth: 1.5 } };
  }).concat([
    {
      type: 'line',
      shape: { x1: x, y1: y + height, x2: x + width, y2: y + height },
      style: { stroke: LINE, lineWidth: 1 },
    },
  ]);
}
