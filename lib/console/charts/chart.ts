import { BarChart, CustomChart, LineChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Format } from '#lib/console/messages/language.ts';
import { LruMap } from '#lib/platform/lru-map.ts';

/** How a column's numbers are written. `money` is in minor units. */
type ColumnKind = 'text' | 'day' | 'month' | 'count' | 'money' | 'share' | 'decimal';

export interface Column {
  name: string;
  kind: ColumnKind;
}

export type Cell = string | number | null;

/** A chart and the numbers behind it: what is drawn can be read as a table and taken away as CSV. */
export interface Chart {
  /** in addresses: small letters and hyphens */
  id: string;
  title: string;
  /** how it is computed */
  caption: string;
  columns: Column[];
  rows: Cell[][];
  /** draws it; without one the table is all there is. Rows and the chart's categories are in the same order */
  draw?: Draw;
  legend?: LegendEntry[];
  /** something beside it, e.g. that the last bar is not over */
  note?: string | undefined;
  /** the first column is a date one can pick a range of */
  ranged?: boolean;
}

interface LegendEntry {
  name: string;
  /** a class of the style sheet, `s1` … `s8`, or `past` */
  series: string;
  value?: string;
}

/** One cell as people read it. */
export function formatCell(cell: Cell, kind: ColumnKind, format: Format): string {
  if (cell === null) return '–';
  if (typeof cell === 'string') return kind === 'month' ? format.month(cell) : cell;
  if (kind === 'money') return format.money(cell);
  if (kind === 'share') return format.share(cell);
  return kind === 'decimal' ? format.decimal(cell) : format.count(cell);
}

use([BarChart, CustomChart, LineChart, GridComponent, SVGRenderer]);

interface Size {
  width: number;
  height: number;
  narrow: boolean;
}

/** Draws for one size. */
export type Draw = (size: Size) => { option: EChartsCoreOption; height?: number };

/** A drawn chart, and where its grid lies in it, in its own units: what pointing at it needs. */
interface Drawing {
  svg: string;
  plot: { left: number; width: number } | undefined;
}

/** How much of the page a chart has: all of it, two thirds beside something, or half. */
export type ChartWidth = 'full' | 'main' | 'half';

const SIZES: Record<ChartWidth | 'phone', Size> = {
  full: { width: 960, height: 290, narrow: false },
  main: { width: 640, height: 290, narrow: false },
  half: { width: 470, height: 240, narrow: false },
  phone: { width: 352, height: 220, narrow: true },
};

/** Draws a chart as SVG that takes its colours from the page: one drawing serves light and dark. */
function drawSvg(draw: Draw, share: ChartWidth | 'phone', label: string, id: string): Drawing {
  const base = SIZES[share];
  const { option, height = base.height } = draw(base);
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: base.width, height });
  try {
    chart.setOption({ animation: false, ...option });
    const svg = chart.renderToSVGString();
    return { svg: cleanSvg(svg, label, id), plot: findPlotArea(chart) };
  } finally {
    chart.dispose();
  }
}

function findPlotArea(chart: ReturnType<typeof init>): Drawing['plot'] {
  const model = (chart as unknown as { getModel(): { getComponent(name: string): unknown } }).getModel();
  const grid = model.getComponent('grid') as
    | { coordinateSystem?: { getRect(): { x: number; width: number } } }
    | undefined;
  const rect = grid?.coordinateSystem?.getRect();
  return rect && { left: Math.round(rect.x), width: Math.round(rect.width) };
}

/**
 * ECharts writes inline styles, which the page's policy forbids, and classes for pointing that nothing uses here: the
 * former become attributes, the latter go. Names of patterns carry a running number; they get the chart's own.
 */
function cleanSvg(svg: string, label: string, id: string): string {
  return svg
    .replace(/<style\b[^>]*>[\s\S]*?<\/style>/g, '')
    .replace(/ (class|pointer-events|xmlns|xmlns:xlink|version|baseProfile)="[^"]*"/g, '')
    .replace(/ style="([^"]*)"/g, (_, style: string) => styleAttributes(style))
    .replace(/\bzr\d+-/g, `${id}-`)
    .replace(/<rect width="\d+" height="\d+" x="0" y="0" fill="none"><\/rect>/, '')
    .replace(/\n+/g, '')
    .replace(/^<svg width="\d+" height="\d+"/, `<svg role="img" aria-label="${escapeHtml(label)}"`);
}

const styleAttributes = (style: string): string =>
  style
    .split(';')
    .filter((rule) => /^font-(size|weight):/.test(rule.trim()))
    .map((rule) => rule.trim().replace(/^([\w-]+):\s*(.*)$/, ' $1="$2"'))
    .join('');

/** Text as it may stand in HTML and SVG, between tags and in quoted attributes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const MAX_DRAWINGS = 200;
const drawings = new LruMap<string, Drawing>(MAX_DRAWINGS);

/**
 * Draws a chart, or takes the drawing from last time. Charts come from published reports, which change once a night.
 * @param version what the chart depends on besides its own numbers: nothing else may show in it
 */
export function cachedDrawing(
  chart: Chart,
  share: ChartWidth | 'phone',
  version: string,
): Drawing | undefined {
  if (chart.draw === undefined) return undefined;
  const key = `${version} ${chart.id} ${share}`;
  const known = drawings.get(key);
  const drawing = known ?? drawSvg(chart.draw, share, `${chart.title}. ${chart.caption}`, chart.id);
  drawings.set(key, drawing);
  return drawing;
}
