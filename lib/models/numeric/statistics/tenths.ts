/** Where each of ten groups, as equal as can be, of so many begins and ends; fewer than ten groups of fewer than ten. */
export function splitIntoDeciles(count: number): { from: number; to: number }[] {
  const groups = Math.min(10, count);
  return Array.from({ length: groups }, (_, i) => ({
    from: Math.round((i * count) / groups),
    to: Math.round(((i + 1) * count) / groups),
  }));
}
