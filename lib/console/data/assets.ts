import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A file that pages refer to. Its address changes with its content, so browsers may keep it for ever. */
export interface ConsoleAsset {
  /** below /console/assets/ */
  name: string;
  body: string;
  type: string;
}

export interface ConsoleAssets {
  style: ConsoleAsset;
  script: ConsoleAsset;
}

/** Both files from their contents. */
export const createConsoleAssets = (style: string, script: string): ConsoleAssets => ({
  style: createAsset('style', 'css', 'text/css; charset=utf-8', style),
  script: createAsset('script', 'js', 'text/javascript; charset=utf-8', script),
});

/** Both files from a folder, as the bundling puts them there. @param folder URL that ends in a slash */
export const readConsoleAssets = (folder: URL): ConsoleAssets =>
  createConsoleAssets(
    readFileSync(new URL('style.css', folder), 'utf8'),
    readFileSync(new URL('script.js', folder), 'utf8'),
  );

export const assetPath = ({ name }: ConsoleAsset): string => `/console/assets/${name}`;

const createAsset = (stem: string, ending: string, type: string, body: string): ConsoleAsset => ({
  name: `${stem}.${hash('sha256', body, 'hex').slice(0, 10)}.${ending}`,
  body,
  type,
});
