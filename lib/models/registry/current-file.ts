import { type CurrentModels, MODEL_KINDS } from '#lib/models/model-files.ts';
import { list, oneOf, orAbsent, orNull, shape, text } from './check.ts';

/** The one object that says what is live. */
export const CURRENT_KEY = 'models/current.json';

/**
 * Reads `models/current.json`.
 * @throws Error saying what is wrong with it
 */
export function parseCurrentModels(body: Uint8Array): CurrentModels {
  try {
    const current: unknown = JSON.parse(new TextDecoder().decode(body));
    shape({
      format: oneOf(1),
      runId: text,
      asOf: text,
      models: versionsByKind,
      report: orNull(text),
      profileNames: shape({}),
      history: list(shape({ asOf: text, models: versionsByKind })),
    })(current, '');
    return current as CurrentModels;
  } catch (cause) {
    // The engine would quote the file.
    const why = cause instanceof SyntaxError ? 'it is not JSON' : (cause as Error).message;
    throw new Error(
      `${CURRENT_KEY} is damaged: ${why}. Put its version before back: the bucket keeps them for 30 days.`,
      { cause },
    );
  }
}

const versionsByKind = shape(Object.fromEntries(MODEL_KINDS.map((kind) => [kind, orAbsent(text)])));
