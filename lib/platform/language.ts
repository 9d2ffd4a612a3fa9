/** The languages that answers and pages come in; Chinese is the first. */
export const LANGUAGES = ['zh', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language to answer in by `Accept-Language`: Chinese, and English for those who ask for it before Chinese. */
export function preferredLanguage(acceptLanguage = ''): Language {
  const [english, chinese] = [acceptLanguage.search(/\ben\b/i), acceptLanguage.search(/\bzh\b/i)];
  return english !== -1 && (chinese === -1 || english < chinese) ? 'en' : 'zh';
}
