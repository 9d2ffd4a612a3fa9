import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

const manifest = new URL('../../package.json', import.meta.url);
const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };

/** Stands in a bundle until its hash is known, which is as long, so that the source map goes on to fit. */
const HASH_TO_COME = '@zhiqun-hash';

/**
 * Tells each bundle its version, for the log: the package's, and a hash of the bundle as in `0.1.0+5f1c9a02be47`.
 * The hash is of the code, not of a commit: a function whose code has not changed is not deployed again.
 */
export const versionStamp: Plugin = {
  name: 'version-stamp',
  setup(build) {
    build.initialOptions.define = {
      ...build.initialOptions.define,
      ZHIQUN_VERSION: JSON.stringify(`${version}+${HASH_TO_COME}`),
    };
    build.onEnd(({ outputFiles = [] }) => {
      for (const file of outputFiles) {
        const place = Buffer.from(file.contents.buffer, file.contents.byteOffset, file.contents.length);
        const at = place.indexOf(HASH_TO_COME);
        if (at < 0) continue;
        const hash = createHash('sha256').update(place).digest('hex');
        place.write(hash.slice(0, HASH_TO_COME.length), at);
      }
    });
  },
};
