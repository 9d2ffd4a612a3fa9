import type { Role } from '#lib/auth/keys/access-key.ts';
import type { InBoth } from './language.ts';

const zh: Record<Role, string> = { write: '写入', reader: '查看', operator: '运营', owner: '所有者' };
const en: typeof zh = { write: 'Write', reader: 'Reader', operator: 'Operator', owner: 'Owner' };

/** What each role is called. */
export const roleWords: InBoth<typeof zh> = { zh, en };
