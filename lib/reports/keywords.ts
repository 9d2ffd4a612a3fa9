import type { Feedback, FeedbackText, Keyword } from './report.ts';
import { splitWords } from './words-of.ts';

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
    const mood = sentimentOf(text);
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

function sentimentOf({ rating, nps }: FeedbackText): Sentiment | undefined {
  if (rating !== null) return rating <= 2 ? 'low' : rating === 3 ? 'middle' : 'high';
  if (nps !== null) return nps <= 6 ? 'low' : nps <= 8 ? 'middle' : 'high';
  return undefined;
}

const byScore = (a: Keyword, b: Keyword): number => b.score - a.score || (a.word < b.word ? -1 : 1);
