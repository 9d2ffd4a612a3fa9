import { createRandom } from '#infra/local/host/random.ts';
import type { Act } from './acts.ts';
import { Board, type Entry } from './board.ts';
import { createLearning, createOpinions, createShop } from './member-events.ts';
import type { Person } from './people.ts';
import type { Days } from './rhythm.ts';
import { buildContext, buildTraits, SERVER_CONTEXT, type SegmentCall } from './segment-call.ts';

type Properties = Record<string, unknown>;
type NarratedEvent = Pick<SegmentCall, 'type' | 'event' | 'name' | 'properties' | 'traits'> & {
  server?: true;
};

const track = (event: string, properties: Properties = {}): NarratedEvent => ({
  type: 'track',
  event,
  properties,
});

/**
 * Tells planned acts, in the order of time, as Segment calls: only now it is known what there was to answer,
 * which lesson came next, and what had been bought before.
 * @param acts everyone's, ordered by time
 */
export function narrate(
  seed: number,
  people: readonly Person[],
  acts: readonly Act[],
  days: Days,
): SegmentCall[] {
  const random = createRandom(seed, 'narrator');
  const board = new Board(people, createRandom(seed, 'board'));
  const learning = createLearning(createRandom(seed, 'learning'));
  const shop = createShop(createRandom(seed, 'shop'));
  const voice = createOpinions(createRandom(seed, 'voice'));
  const contexts = people.map((person) => buildContext(seed, person));

  const opened = (person: Person): NarratedEvent => {
    const name = random.pick(['首页', '课程', '讨论区', '我的', '活动']);
    return screenEvent(person, name);
  };
  const targeted = (event: string, { id, title, author }: Entry): NarratedEvent =>
    track(event, { postId: id, title, targetUserId: people[author]!.userId });

  const narrateAct = (act: Act, person: Person): NarratedEvent[] => {
    switch (act.what) {
      case 'look':
        return [screenEvent(person, random.pick(['首页', '课程介绍', '免费试听']))];
      case 'join':
        return [
          identify(person),
          track('Signed Up', { method: person.inviter === undefined ? '手机号' : '邀请' }),
        ];
      case 'invited':
        return [track('Invite Accepted', { inviterId: people[person.inviter!]!.userId })];
      case 'invite':
        return [track('Invite Sent', { channel: random.pick(['微信', '海报', '链接']) })];
      case 'trial':
        return [track('Trial Started', { plan: '七天体验' })];
      case 'open': {
        const accepted = board.accept(person);
        return accepted === undefined
          ? [opened(person)]
          : [opened(person), targeted('Answer Accepted', accepted)];
      }
      case 'view': {
        const posts = board.recentPosts;
        if (posts.length === 0 || random.chance(0.55)) return [learning.view(person)];
        const { id, title, question } = random.pick(posts);
        return [track(question ? 'Discussion Viewed' : 'Post Viewed', { postId: id, title })];
      }
      case 'learn':
        return [learning.learn(person)];
      case 'post': {
        const { id, title, event } = board.post(person, act.at);
        return [track(event, { postId: id, title, topic: person.interest })];
      }
      case 'reply': {
        const replied = board.reply(person, act.at);
        if (replied === undefined) return [track('Comment Created', { title: '社群公告' })];
        const { entry, to } = replied;
        const target = people[to.author]!.userId;
        return [
          track(entry.event, { replyId: entry.id, postId: to.id, title: to.title, targetUserId: target }),
        ];
      }
      case 'like': {
        const liked = board.like(person, act.at);
        if (liked === undefined) return [track('Post Liked', { title: '社群公告' })];
        return [targeted(likeEventName(liked), liked)];
      }
      case 'attend':
        return [voice.attend(days.weekdayOf(days.dayAt(act.at)))];
      case 'feedback':
        return [voice.feedback(person)];
      case 'nps':
        return [voice.nps(person)];
      case 'search':
        return [voice.search()];
      case 'redeem':
        return [
          track('Points Redeemed', {
            points: random.pick([100, 200, 500]),
            reward: random.pick(['优惠券', '电子书']),
          }),
        ];
      case 'coupon':
        return [
          track('Coupon Applied', {
            coupon: act.purchase!.coupon!.code,
            discount: act.purchase!.coupon!.discount,
          }),
        ];
      case 'order':
        return shop.order(person, act, identify(person));
      case 'refund':
        return [shop.refund(act)];
    }
  };

  const calls: SegmentCall[] = [];
  for (const act of acts) {
    const person = people[act.who]!;
    for (const [nth, { server, ...event }] of narrateAct(act, person).entries()) {
      calls.push({
        ...event,
        // The place in a whole day's list: loading again later that day gives every call its old id.
        messageId: `demo-${seed}-${String(calls.length + 1).padStart(6, '0')}`,
        timestamp: new Date(act.at + nth * 8_000).toISOString(),
        ...(act.anonymous ? {} : { userId: person.userId }),
        ...(act.anonymous || act.what === 'join' ? anonymousIdentity(person) : {}),
        context: server ? SERVER_CONTEXT : contexts[person.index]!,
      });
    }
  }
  return calls;
}

const anonymousIdentity = ({ anonymousId }: Person) => (anonymousId === undefined ? {} : { anonymousId });

const likeEventName = (entry: Entry): string =>
  entry.event === 'Answer Posted'
    ? 'Answer Upvoted'
    : entry.event === 'Comment Created' || entry.event === 'Reply Created'
      ? 'Reply Liked'
      : 'Post Liked';

const identify = (person: Person): NarratedEvent => ({ type: 'identify', traits: buildTraits(person) });

function screenEvent(person: Person, name: string): NarratedEvent {
  if (person.platform !== 'web') return { type: 'screen', name };
  return { type: 'page', name, properties: { title: `${name} · 知群演示社群` } };
}
