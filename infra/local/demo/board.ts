import type { Random } from '#infra/local/host/random.ts';
import { type Course, TITLES } from './content.ts';
import { GROUP_PLANS } from './groups.ts';
import type { Person } from './people.ts';

const DAY_MS = 86_400_000;
/** How far back a reader scrolls. */
const RECENT = 50;

/** A post or an answer on the demo's board. */
export interface Entry {
  id: string;
  author: number;
  at: number;
  /** the event that made it */
  event: string;
  title: string;
  question: boolean;
  replies: number;
  likes: number;
}

/** The board as it stands while the demo's time passes: who may be answered, liked or accepted next. */
export class Board {
  readonly #people: readonly Person[];
  readonly #random: Random;
  readonly #posts: Entry[] = [];
  readonly #answers: Entry[] = [];
  /** answers to a member's questions that the member has not judged yet */
  readonly #unjudged = new Map<number, Entry[]>();
  readonly #fame: number[];
  #count = 0;

  constructor(people: readonly Person[], random: Random) {
    this.#people = people;
    this.#random = random;
    this.#fame = people.map(() => 0);
  }

  get recentPosts(): readonly Entry[] {
    return this.#posts.slice(-RECENT);
  }

  post(author: Person, at: number): Entry {
    const random = this.#random;
    const asks = author.group === 'talker' || author.group === 'leader' ? 0.4 : 0.8;
    const event = random.chance(asks)
      ? 'Question Asked'
      : author.group === 'leader' && random.chance(0.5)
        ? 'Article Published'
        : random.pick(['Post Created', 'Post Created', 'Topic Created', 'Discussion Created']);
    const title = fillTemplate(random.pick(TITLES[event]!), author, random.pick(author.courses), random);
    return this.#keep(this.#posts, {
      author: author.index,
      at,
      event,
      title,
      question: event === 'Question Asked',
    });
  }

  /** Answers or comments on a post of somebody else: helpers look for open questions, the others for fame. */
  reply(author: Person, at: number): { entry: Entry; to: Entry } | undefined {
    const helps = author.group === 'helper' || author.group === 'leader';
    const to = this.#choose(this.recentPosts, author, at, (post) =>
      helps && post.question ? 60 / (1 + post.replies) ** 2 : 1 + post.replies,
    );
    if (to === undefined) return undefined;
    const event = to.question ? 'Answer Posted' : this.#random.pick(['Comment Created', 'Reply Created']);
    to.replies += 1;
    const entry = this.#keep(this.#answers, {
      author: author.index,
      at,
      event,
      title: to.title,
      question: false,
    });
    if (to.question) this.#unjudged.set(to.author, [...(this.#unjudged.get(to.author) ?? []), entry]);
    return { entry, to };
  }

  like(author: Person, at: number): Entry | undefined {
    const both = [...this.recentPosts, ...this.#answers.slice(-RECENT)];
    const liked = this.#choose(both, author, at, (entry) => 1 + entry.likes);
    if (liked === undefined) return undefined;
    liked.likes += 1;
    this.#fame[liked.author]! += 1;
    return liked;
  }

  /** The answer that a member accepts on coming back, if there is one: the best-liked of the waiting ones. */
  accept(author: Person): Entry | undefined {
    const waiting = this.#unjudged.get(author.index) ?? [];
    if (waiting.length === 0 || !this.#random.chance(0.5)) return undefined;
    this.#unjudged.delete(author.index);
    return this.#random.weighted(waiting, (entry) => (1 + entry.likes) * this.#pull(entry.author));
  }

  #choose(
    from: readonly Entry[],
    by: Person,
    at: number,
    weight: (entry: Entry) => number,
  ): Entry | undefined {
    const others = from.filter(({ author }) => author !== by.index);
    if (others.length === 0) return undefined;
    return this.#random.weighted(
      others,
      (entry) => weight(entry) * this.#pull(entry.author) * Math.exp((entry.at - at) / (3 * DAY_MS)),
    );
  }

  #pull(author: number): number {
    return GROUP_PLANS[this.#people[author]!.group].attraction * Math.sqrt(1 + this.#fame[author]! / 60);
  }

  #keep(list: Entry[], entry: Omit<Entry, 'id' | 'replies' | 'likes'>): Entry {
    this.#count += 1;
    const kept = { ...entry, id: `demo-post-${this.#count}`, replies: 0, likes: 0 };
    list.push(kept);
    return kept;
  }
}

const fillTemplate = (title: string, author: Person, course: Course, random: Random): string =>
  title
    .replace('{t}', author.interest)
    .replace('{c}', `《${course.name}》`)
    .replace('{n}', String(random.between(2, 20)));
