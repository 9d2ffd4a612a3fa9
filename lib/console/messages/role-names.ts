import type { Role } from '#lib/auth/keys/access-key.ts';
import type { Localized } from './language.ts';

const roleZh: Record<Role, string> = { write: '写入', reader: '查看', operator: '运营', owner: '所有者' };
const roleEn: typeof roleZh = { write: 'Write', reader: 'Reader', operator: 'Operator', owner: 'Owner' };

/** What each role is called. */
export const roleNames: Localized<typeof roleZh> = { zh: roleZh, en: roleEn };
