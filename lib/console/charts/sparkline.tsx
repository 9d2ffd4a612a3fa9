const WIDTH = 120;
const HEIGHT = 32;
/** What moves by less than this share of itself looks as flat as it is. */
const MIN_SPAN = 0.12;

/** The course of one number, without axes; the number beside it says what it is. */
export function Sparkline({ values }: { values: readonly (number | null)[] }) {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return null;
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const span = Math.max(most - least, Math.abs(most) * MIN_SPAN);
  const bottom = (least + most - span) / 2;
  const scale = span === 0 ? 0 : (HEIGHT - 6) / span;
  const points = values.flatMap((value, i) =>
    value === null
      ? []
      : [[(i * WIDTH) / (values.length - 1), HEIGHT - 3 - (value - bottom) * scale] as const],
  );
  const line = points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L');
  const [endX = 0, endY = 0] = points.at(-1) ?? [];
  return (
    <svg class="spark" viewBox={`0 0 ${WIDTH + 4} ${HEIGHT}`} aria-hidden="true">
      <path class="line" d={`M${line}`} />
      <circle cx={endX.toFixed(1)} cy={endY.toFixed(1)} r="2" />
    </svg>
  );
}
