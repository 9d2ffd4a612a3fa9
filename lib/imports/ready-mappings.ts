import { ImportRefused } from './import-refused.ts';
import { type Mapping, parseMapping } from './mapping.ts';
import { moodle } from './mappings/moodle.ts';
import { orders } from './mappings/orders.ts';
import { stackexchange } from './mappings/stackexchange.ts';
import { xiaoetongOrders, xiaoetongUsers } from './mappings/xiaoetong.ts';

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
