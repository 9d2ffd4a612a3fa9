import { readFileSync } from 'node:fs';

export interface DocsAsset {
  body: string;
  type: string;
}

const TYPES = new Map([
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['swagger-ui.css', 'text/css; charset=utf-8'],
]);

/** The files of swagger-ui-dist that the page at /docs uses; a bundle has to bring them along. */
export const DOCS_FILES: readonly string[] = [...TYPES.keys()];

/**
 * Serves the docs page's files from a folder. Each is read when first asked for.
 * @param folder URL that ends in a slash
 */
export function docsAssets(folder: URL): (file: string) => DocsAsset | undefined {
  const loaded = new Map<string, DocsAsset>();
  return (file) => {
    const type = TYPES.get(file);
    if (type === undefined) return undefined;
    let asset = loaded.get(file);
    if (asset === undefined) {
      asset = { body: readFileSync(new URL(file, folder), 'utf8'), type };
      loaded.set(file, asset);
    }
    return asset;
  };
}
