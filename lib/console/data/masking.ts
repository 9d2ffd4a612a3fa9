import type { Role } from '#lib/auth/keys/access-key.ts';
import { allows } from '#lib/auth/keys/access-key.ts';

const CONTACT_NAME =
  /(e-?mail|phone|mobile|tel|wechat|weixin|openid|unionid|address|avatar|id_?card|qq|contact|手机|电话|邮箱|微信|地址|头像|身份证|姓名|昵称)/i;
const NAME = /^(name|full_?name|first_?name|last_?name|nick_?name|user_?name|real_?name|display_?name)$/i;
const CONTACT_VALUE = /[^\s@]+@[^\s@]+\.[^\s@]+|(?<!\d)(\+?86[- ]?)?1[3-9]\d{9}(?!\d)/;
const MOST_DEPTH = 6;

/** Whether a role sees names and contacts as they are. */
export const seesNames = (role: Role): boolean => allows(role, 'operator');

/** The first letter of a name, and two stars whatever its length. */
export const masked = (text: string): string => `${[...text][0] ?? ''}**`;

/** A member's id as a role may see it: one that is itself an e-mail address or a phone number is masked. */
export const shownId = (userId: string, role: Role): string =>
  seesNames(role) || !CONTACT_VALUE.test(userId) ? userId : masked(userId);

/** A member's name as a role may see it, else the id. */
export const shownName = (member: { userId: string; name: string | null }, role: Role): string => {
  if (member.name === null || member.name === '') return shownId(member.userId, role);
  return seesNames(role) ? member.name : masked(member.name);
};

/** Traits or properties as a role may see them: texts under names of contacts, and texts that look like one. */
export function shownTraits(traits: Readonly<Record<string, unknown>>, role: Role): Record<string, unknown> {
  if (seesNames(role)) return { ...traits };
  return hidden(traits, 0) as Record<string, unknown>;
}

/** A text that somebody wrote, with the addresses and numbers in it hidden. */
export const shownText = (text: string, role: Role): string =>
  seesNames(role) ? text : text.replace(new RegExp(CONTACT_VALUE, 'g'), (found) => masked(found));

function hidden(value: unknown, depth: number, name = ''): unknown {
  if (value === null || typeof value === 'boolean') return value;
  if (depth > MOST_DEPTH) return '**';
  if (CONTACT_NAME.test(name) || NAME.test(name)) return masked(String(value));
  if (typeof value === 'string' || typeof value === 'number') {
    return CONTACT_VALUE.test(String(value)) ? masked(String(value)) : value;
  }
  if (Array.isArray(value)) return value.map((one) => hidden(one, depth + 1));
  return Object.fromEntries(
    Object.entries(value as Record<string, unknown>).map(([key, one]) => [key, hidden(one, depth + 1, key)]),
  );
}
