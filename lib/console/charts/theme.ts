/** The colours of charts are those of the page: custom properties that the style sheet sets for light and dark. */
export const INK = 'var(--ink)';
export const MUTED = 'var(--muted)';
export const LINE = 'var(--line)';
export const SURFACE = 'var(--surface)';
export const ACCENT = 'var(--accent)';

/** The colour of the i-th series, from 0. */
export const seriesColour = (i: number): string => `var(--s${(i % 8) + 1})`;
export const seriesClass = (i: number): string => `s${(i % 8) + 1}`;

/** Stripes over what is not over yet. */
export const HATCH = {
  symbol: 'rect',
  dashArrayX: [1, 0],
  dashArrayY: [2, 4],
  rotation: -Math.PI / 4,
  color: SURFACE,
} as const;

const LABEL = { color: MUTED, fontSize: 11 } as const;

/** An axis of categories without ornament. @param every how many labels there is room for */
export function categoryAxis(data: readonly string[], room: number, label?: (value: string) => string) {
  const step = Math.max(1, Math.ceil(data.length / room));
  return {
    type: 'category',
    data,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: LINE } },
    axisLabel: {
      ...LABEL,
      interval: (index: number) => (data.length - 1 - index) % step === 0,
      hideOverlap: false,
      ...(label && { formatter: label }),
    },
  } as const;
}

/** An axis of values: from 0 unless something is below it. @param most where it ends; by the values without one */
export function valueAxis(short: (value: number) => string, most?: number) {
  return {
    type: 'value',
    ...(most !== undefined && { max: most, interval: most / 4 }),
    splitNumber: 4,
    axisLabel: { ...LABEL, formatter: short },
    splitLine: { lineStyle: { color: LINE } },
  } as const;
}

/** How wide a text is at most, roughly, in px at 12 px: a Chinese letter is twice as wide as a Latin one. */
export const textWidth = (text: string): number =>
  [...text].reduce((width, letter) => width + (letter.charCodeAt(0) > 0x2e80 ? 12.2 : 7.3), 0);

/** The grid of horizontal bars: as much room on the left as their names take. */
export const plotGridForNames = (names: readonly string[]) => ({
  left: Math.ceil(Math.max(0, ...names.map(textWidth))) + 12,
  right: 4,
  top: 8,
  bottom: 8,
  outerBoundsMode: 'none',
});

/** Room around the plot. @param right for labels at the ends of lines */
export const plotGrid = (right = 12) => ({
  left: 4,
  right,
  top: 12,
  bottom: 4,
  outerBoundsMode: 'same',
});

export const labelStyle = (more: object = {}) => ({ ...LABEL, ...more });
export const nonInteractive = { silent: true, emphasis: { disabled: true } } as const;
