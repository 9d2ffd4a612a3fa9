import type { Figure } from './chart.ts';
import { type Drawing, drawn, type Share } from './draw.ts';

const MOST = 200;
const kept = new Map<string, Drawing>();

/**
 * Draws a figure, or takes the drawing from last time. Figures come from published reports, which change once a night.
 * @param of what the figure depends on besides its own numbers: nothing else may show in it
 */
export function drawingOf(figure: Figure, share: Share | 'phone', of: string): Drawing | undefined {
  if (figure.draw === undefined) return undefined;
  const key = `${of} ${figure.id} ${share}`;
  const known = kept.get(key);
  const drawing = known ?? drawn(figure.draw, share, `${figure.title}. ${figure.caption}`, figure.id);
  kept.delete(key);
  kept.set(key, drawing);
  const oldest = kept.keys().next().value;
  if (kept.size > MOST && oldest !== undefined) kept.delete(oldest);
  return drawing;
}
