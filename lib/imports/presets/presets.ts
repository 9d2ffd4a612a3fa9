import { ImportRefused } from '#lib/imports/import-error.ts';
import { type Mapping, parseMapping } from '#lib/imports/mapping/schema.ts';
import { moodle } from './moodle.ts';
import { orders } from './orders.ts';
import { stackexchange } from './stackexchange.ts';
import { xiaoetongOrders, xiaoetongUsers } from './xiaoetong.ts';

const READY: Readonly<Record<string, unknown>> = {
  moodle,
  orders,
  stackexchange,
  'xiaoetong-orders': xiaoetongOrders,
  'xiaoetong-users': xiaoetongUsers,
};

/** The names of the mappings that come with the project. */
export const READY_MAPPINGS: readonly string[] = Object.keys(READY);

/**
 * A mapping that comes with the project.
 * @throws ImportRefused (`mapping_unknown`) when there is none of that name
 */
export function readyMapping(name: string): Mapping {
  if (Object.hasOwn(READY, name)) return parseMapping(READY[name]);
  throw new ImportRefused(
    'mapping_unknown',
    `there is no ready mapping "${name}"; there are: ${READY_MAPPINGS.join(', ')}`,
  );
}
