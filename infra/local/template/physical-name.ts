/**
 * A name for a resource that the template leaves nameless: the same at every start, so that data is found again.
 * `StorageEvents1AF1C090` (path and hash, as CDK makes logical ids) becomes `zhiqun-storage-events`.
 */
export function buildPhysicalName(logicalId: string, given?: unknown): string {
  if (typeof given === 'string' && given !== '') return given;
  const path = logicalId.replace(/[0-9A-F]{8}$/, '');
  const words = path.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
  return `zhiqun-${words}`;
}
