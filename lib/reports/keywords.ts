import type { FeedbackText } from './parts.ts';
import type { Feedback, Keyword } from './report.ts';

type Sentiment = keyof Feedback['keywords'];

const SENTIMENTS: readonly Sentiment[] = ['low', 'middle', 'high'];
const MAX_KEYWORDS = 20;
const MIN_TEXTS_OF_PAIR = 2;

/**
 * What texts with low, middling and high ratings speak of and the others do not, by TF-IDF over texts:
 *
 *   score(word, mood) = texts of the mood with the word / texts of the mood
 *                       × ln((2 + texts of other moods) / (1 + texts of other moods with the word))
 *
 * A word in all texts of one mood and in no other scores highest; one in all texts of every mood about 0. Two characters
 * that the dictionary does not know as a word are taken for one when at least 2 texts have them side by side. Low is a
 * rating of 1 or 2 or a detractor (0–6), middle a 3 or a passive (7–8), high a 4 or 5 or a promoter (9–10); texts without
 * a rating are left out.
 */
export function findKeywords(texts: readonly FeedbackText[]): Feedback['keywords'] {
  const counts: Record<Sentiment, Map<string, number>> = {
    low: new Map(),
    middle: new Map(),
    high: new Map(),
  };
  const sizes = { low: 0, middle: 0, high: 0 };
  const pairs = new Set<string>();
  for (const text of texts) {
    const mood = classifySentiment(text);
    if (mood === undefined) continue;
    sizes[mood] += 1;
    const found = splitWords(text.text);
    for (const pair of found.pairs) pairs.add(pair);
    for (const word of found.words.union(found.pairs)) {
      counts[mood].set(word, (counts[mood].get(word) ?? 0) + 1);
    }
  }
  const inAll = (word: string): number =>
    SENTIMENTS.reduce((sum, mood) => sum + (counts[mood].get(word) ?? 0), 0);
  const isWord = (word: string): boolean => !pairs.has(word) || inAll(word) >= MIN_TEXTS_OF_PAIR;
  const ofMood = (mood: Sentiment): Keyword[] => {
    const sizeOfOthers = SENTIMENTS.reduce((sum, other) => sum + sizes[other], -sizes[mood]);
    const words = [...counts[mood]].filter(([word]) => isWord(word));
    const scored = words.map(([word, texts]) => {
      const rarity = Math.log((2 + sizeOfOthers) / (1 + inAll(word) - texts));
      return { word, score: (texts / sizes[mood]) * rarity, texts };
    });
    return scored.sort(byScore).slice(0, MAX_KEYWORDS);
  };
  return { low: ofMood('low'), middle: ofMood('middle'), high: ofMood('high') };
}

function classifySentiment({ rating, nps }: FeedbackText): Sentiment | undefined {
  if (rating !== null) return rating <= 2 ? 'low' : rating === 3 ? 'middle' : 'high';
  if (nps !== null) return nps <= 6 ? 'low' : nps <= 8 ? 'middle' : 'high';
  return undefined;
}

const byScore = (a: Keyword, b: Keyword): number => b.score - a.score || (a.word < b.word ? -1 : 1);

const HAN = /^\p{Script=Han}+$/u;
const LETTERS = /^\p{L}[\p{L}\p{M}'-]*$/u;
const MIN_HAN = 2;
const MIN_LETTERS = 3;

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

/** The different words of a text, in lower case and NFKC. */
interface TextWords {
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

const CHINESE = `
我们 你们 他们 她们 它们 大家 自己 这个 那个 这些 那些 这样 那样 这么 那么 这里 那里 这边 那边 什么 怎么 怎样 为什么 多少 哪些 哪里
一个 一些 一下 一直 一样 一点 有点 有些 有的 还有 没有 不是 就是 还是 都是 也是 只是 但是 可是 不过 而且 并且 或者 因为 所以 如果 虽然
然后 之后 之前 以后 以前 时候 现在 已经 正在 可以 可能 能够 应该 需要 希望 觉得 感觉 认为 知道 看到 比较 非常 特别 真的 确实 其实 十分
最后 最近 不太 不太好 都有 很大 今天 昨天 明天 每天 每次 这次 上次 下次 第一 以及 对于 关于 通过 进行 里面 起来 出来 过来 下来 东西 问题 方面 部分 太多 更多
`;
const ENGLISH = `
the and for are was were but not you your yours all any can could had has have having her hers him his how its our ours out she they them their
theirs this that these those then than there here what when where which while who whom why will would with from into about over under again after
before because been being both did does doing don't down each few further just more most much many very too also only other some such same own off
once should shouldn't isn't wasn't aren't weren't didn't doesn't won't can't couldn't wouldn't i'm i've it's that's there's you're we're they're let
get got one two really quite even still ever never always every
`;

/** Words that say nothing of what feedback is about: pronouns, conjunctions, adverbs of degree; in lower case. */
const STOP_WORDS: ReadonlySet<string> = new Set(`${CHINESE} ${ENGLISH}`.split(/\s+/));

/** Characters that are words by themselves and no part of a new one: particles, pronouns, numerals, measure words. */
const FUNCTION_CHARACTERS: ReadonlySet<string> = new Set(
  '的了是我你他她它们在有和就不也都很到说要去会着没这那得地太吧吗呢啊呀哦嗯与及或但而被把给让从对还再又更最挺真好可能想为以于之其' +
    '一二三四五六七八九十两几每各某第次个条位只件点些种章节天年月日号时分秒上下里外前后中内多少大小来过起出看听讲学做用买',
);
