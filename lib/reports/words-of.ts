import { FUNCTION_CHARACTERS, STOP_WORDS } from './stop-words.ts';

const HAN = /^\p{Script=Han}+$/u;
const LETTERS = /^\p{L}[\p{L}\p{M}'-]*$/u;
const MIN_HAN = 2;
const MIN_LETTERS = 3;

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

/** The different words of a text, in lower case and NFKC. */
export interface TextWords {
  /** Chinese ones of 2 characters and more, others of 3 letters and more; no stop words, numbers or signs */
  words: Set<string>;
  /** pairs of Chinese characters that the dictionary leaves alone: new words, such as 卡顿, and chance neighbours */
  pairs: Set<string>;
}

/** Splits a text into words, Chinese by the dictionary of `Intl.Segmenter`. */
export function splitWords(text: string): TextWords {
  const [words, pairs] = [new Set<string>(), new Set<string>()];
  let before = '';
  for (const { segment, isWordLike } of segmenter.segment(text.normalize('NFKC').toLowerCase())) {
    if (isWordLike && isContentWord(segment)) words.add(segment);
    const alone = HAN.test(segment) && [...segment].length === 1 && !FUNCTION_CHARACTERS.has(segment);
    if (alone && before !== '') pairs.add(before + segment);
    before = alone ? segment : '';
  }
  return { words, pairs };
}

function isContentWord(word: string): boolean {
  if (STOP_WORDS.has(word)) return false;
  return HAN.test(word) ? word.length >= MIN_HAN : LETTERS.test(word) && word.length >= MIN_LETTERS;
}
