const PAGES: Record<string, string> = {
  t: 'today',
  r: 'trends',
  p: 'profiles',
  m: 'members',
  v: 'value',
  f: 'feedback',
  i: 'imports',
  s: 'settings',
};
const PAUSE_MS = 1_200;

/** `/` goes to the search, `g` and a letter to a page, as long as nobody is writing. */
export function keyboardShortcuts(): void {
  let wentAt = Number.NEGATIVE_INFINITY;
  document.addEventListener('keydown', (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]')) return;
    if (key === '/') {
      event.preventDefault();
      document.querySelector<HTMLInputElement>('[data-search]')?.focus();
    } else if (key === 'g') {
      wentAt = event.timeStamp;
    } else if (event.timeStamp - wentAt < PAUSE_MS && key in PAGES) {
      wentAt = Number.NEGATIVE_INFINITY;
      document.querySelector<HTMLAnchorElement>(`[data-go="${PAGES[key]}"]`)?.click();
    }
  });
}
