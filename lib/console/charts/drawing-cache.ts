import type { Chart } from './chart.ts';
import { type ChartWidth, type Drawing, drawSvg } from './draw.ts';

const MAX_DRAWINGS = 200;
const drawings = new Map<string, Drawing>();

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
  drawings.delete(key);
  drawings.set(key, drawing);
  const oldest = drawings.keys().next().value;
  if (drawings.size > MAX_DRAWINGS && oldest !== undefined) drawings.delete(oldest);
  return drawing;
}
