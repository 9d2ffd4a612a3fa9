/**
 * Stands in for the SDK's reader of ~/.aws when a function is bundled (`infra/bundling/bundle-stubs.ts`).
 * @returns a provider that finds nothing, so that the SDK goes on to its defaults
 */
export function fromSharedConfigFiles(): () => Promise<never> {
  return async () => {
    throw Object.assign(new Error('A function has no profile files'), { tryNextLink: true });
  };
}
