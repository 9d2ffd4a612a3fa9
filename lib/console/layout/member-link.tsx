import type { Role } from '#lib/auth/keys/access-key.ts';
import { visibleId, visibleName } from '#lib/console/data/masking.ts';

interface Linked {
  userId: string;
  name: string | null;
}

/** The address of a member's page. */
export const memberPath = (userId: string): string =>
  `/console/members/${encodeURIComponent(userId.toWellFormed())}`;

/** A member's name with the way to their page; no way to an id that would itself give a contact away. */
export function MemberLink({ member, role }: { member: Linked; role: Role }) {
  const name = visibleName(member, role);
  if (visibleId(member.userId, role) !== member.userId) return <b>{name}</b>;
  return <a href={memberPath(member.userId)}>{name}</a>;
}
