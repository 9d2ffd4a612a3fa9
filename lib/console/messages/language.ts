export const LANGS = ['zh', 'en'] as const;
/** The languages that the console speaks; Chinese is the first. */
export type Lang = (typeof LANGS)[number];

/** The same messages in every language: what one lacks does not compile. */
export type Localized<M> = Record<Lang, M>;

/** Chinese first; English for those whose browser asks for it before Chinese. */
export function parsePreferredLang(acceptLanguage = ''): Lang {
  const [english, chinese] = [acceptLanguage.search(/\ben\b/i), acceptLanguage.search(/\bzh\b/i)];
  return english !== -1 && (chinese === -1 || english < chinese) ? 'en' : 'zh';
}
