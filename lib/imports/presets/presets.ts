import { ImportError } from '#lib/imports/import-error.ts';
import { type Mapping, parseMapping } from '#lib/imports/mapping/schema.ts';
import { moodle } from './moodle.ts';
import { orders } from './orders.ts';
import { stackexchange } from './stackexchange.ts';
import { xiaoetongOrders, xiaoetongUsers } from './xiaoetong.ts';

const PRESETS: Readonly<Record<string, unknown>> = {
  moodle,
  orders,
  stackexchange,
  'xiaoetong-orders': xiaoetongOrders,
  'xiaoetong-users': xiaoetongUsers,
};

/** The names of the mappings that come with the project. */
export const PRESET_NAMES: readonly string[] = Object.keys(PRESETS);

/**
 * A mapping that comes with the project.
 * @throws ImportRefused (`mapping_unknown`) when there is none of that name
 */
export function parsePreset(name: string): Mapping {
  if (Object.hasOwn(PRESETS, name)) return parseMapping(PRESETS[name]);
  throw new ImportError(
    'mapping_unknown',
    `there is no ready mapping "${name}"; there are: ${PRESET_NAMES.join(', ')}`,
  );
}
