import { allows, type Role } from '#lib/auth/keys/access-key.ts';

const CONTACT_NAME =
  /(e-?mail|phone|mobile|tel|wechat|weixin|openid|unionid|address|avatar|id_?card|qq|contact|手机|电话|邮箱|微信|地址|头像|身份证|姓名|昵称)/i;
const NAME = /^(name|full_?name|first_?name|last_?name|nick_?name|user_?name|real_?name|display_?name)$/i;
const CONTACT_VALUE = /[^\s@]+@[^\s@]+\.[^\s@]+|(?<!\d)(\+?86[- ]?)?1[3-9]\d{9}(?!\d)/;
const MAX_DEPTH = 6;

/** Whether a role sees names and contacts as they are. */
export const canSeeNames = (role: Role): boolean => allows(role, 'operator');

/** The first letter of a name, and two stars whatever its length. */
export const mask = (text: string): string => `${[...text][0] ?? ''}**`;

/** A member's id as a role may see it: one that is itself an e-mail address or a phone number is masked. */
export const visibleId = (userId: string, role: Role): string =>
  canSeeNames(role) || !CONTACT_VALUE.test(userId) ? userId : mask(userId);

/** A member's name as a role may see it, else the id. */
export const visibleName = (member: { userId: string; name: string | null }, role: Role): string => {
  if (member.name === null || member.name === '') return visibleId(member.userId, role);
  return canSeeNames(role) ? member.name : mask(member.name);
};

/** Traits or properties as a role may see them: texts under names of contacts, and texts that look like one. */
export function visibleTraits(
  traits: Readonly<Record<string, unknown>>,
  role: Role,
): Record<string, unknown> {
  if (canSeeNames(role)) return { ...traits };
  return maskDeep(traits, 0) as Record<string, unknown>;
}

/** A text that somebody wrote, with the addresses and numbers in it hidden. */
export const visibleText = (text: string, role: Role): string =>
  canSeeNames(role) ? text : text.replace(new RegExp(CONTACT_VALUE, 'g'), (found) => mask(found));

function maskDeep(value: unknown, depth: number, name = ''): unknown {
  if (value === null || typeof value === 'boolean') return value;
  if (depth > MAX_DEPTH) return '**';
  if (CONTACT_NAME.test(name) || NAME.test(name)) return mask(String(value));
  if (typeof value === 'string' || typeof value === 'number') {
    return CONTACT_VALUE.test(String(value)) ? mask(String(value)) : value;
  }
  if (Array.isArray(value)) return value.map((one) => maskDeep(one, depth + 1));
  return Object.fromEntries(
    Object.entries(value as Record<string, unknown>).map(([key, one]) => [
      key,
      maskDeep(one, depth + 1, key),
    ]),
  );
}
