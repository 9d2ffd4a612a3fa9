/** Where a command writes to: a terminal, or a file or pipe. */
export interface Output {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/** Shows how far something is. */
export interface ProgressBar {
  /** @param share from 0 to 1 */
  show(share: number, text: string): void;
  /** removes the bar */
  clear(): void;
}

const CELLS = 24;
const ON_TERMINAL_MS = 80;
const IN_FILE_MS = 5_000;

/** A line that is drawn again and again on a terminal; elsewhere a plain line now and then. */
export function progressBar(output: Output, label: string): ProgressBar {
  let last = Number.NEGATIVE_INFINITY;
  const isDue = (everyMs: number): boolean => {
    const now = performance.now();
    if (now - last < everyMs) return false;
    last = now;
    return true;
  };
  if (output.isTTY !== true) {
    return {
      show: (share, text) => {
        if (isDue(IN_FILE_MS)) output.write(`${label} ${percent(share)}  ${text}\n`);
      },
      clear: () => {},
    };
  }
  return {
    show: (share, text) => {
      if (!isDue(ON_TERMINAL_MS)) return;
      const full = Math.round(share * CELLS);
      const line = `${label} ${'█'.repeat(full)}${'░'.repeat(CELLS - full)} ${percent(share)}  ${text}`;
      output.write(`\r\x1b[K${line.slice(0, (output.columns ?? 80) - 1)}`);
    },
    clear: () => output.write('\r\x1b[K'),
  };
}

const percent = (share: number): string => `${String(Math.floor(share * 100)).padStart(3)} %`;
