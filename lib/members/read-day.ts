import type { Item } from '#lib/events/stored-event.ts';
import type { Amounts } from './contribution.ts';
import { type CountedEvent, type CountingDeps, type DayTask, parseCountedEvents } from './counting.ts';
import type { DayItem, TieItem } from './day-items.ts';
import { dayKey } from './item-keys.ts';

import { findPart, isInSpan, type KeySpan, MAIN_PART, mainSpan, spanOf } from './log-parts.ts';

export interface ReadEvents {
  /** everything that lies in each part that was read, of whatever day */
  parts: Map<string, CountedEvent[]>;
  /** with `readEverything`: what belongs to the ties, of whatever day */
  ofTies: CountedEvent[];
}

/** Reads the parts in which something changed, or all. */
export async function readParts(
  task: DayTask,
  known: Readonly<Record<string, Amounts>>,
  all: boolean,
  { store, rules }: CountingDeps,
): Promise<ReadEvents> {
  const main = mainSpan(rules.calendar, task.date);
  const names = new Set(Object.keys(known));
  const wanted = new Set(all ? names : []);
  for (const key of task.keys) {
    const part = findPart(key, names, main);
    names.add(part);
    wanted.add(part);
  }
  const inMain = (sk: string): boolean => names.has(MAIN_PART) && isInSpan(sk, main);
  const parts = await Promise.all(
    [...wanted].map(async (part) => {
      const events: CountedEvent[] = [];
      for await (const page of store.events(task.userId, spanOf(part, main))) {
        for (const event of parseCountedEvents(page, rules)) {
          // What begins alike may reach into the main part.
          if (part === MAIN_PART || !inMain(event.sk)) events.push(event);
        }
      }
      return [part, events] as const;
    }),
  );
  return { parts: new Map(parts), ofTies: [] };
}

/** Reads the member's whole log for a day of which it is not known where its events lie. */
async function readWholeLog(task: DayTask, { store, rules }: CountingDeps): Promise<ReadEvents> {
  const ofDay: CountedEvent[] = [];
  const ofTies: CountedEvent[] = [];
  for await (const page of store.events(task.userId)) {
    for (const event of parseCountedEvents(page, rules)) {
      const { contribution } = event;
      if (contribution?.tie !== undefined && task.ties.has(contribution.tie.sk)) ofTies.push(event);
      if (contribution?.date === task.date) ofDay.push(event);
    }
  }
  return { parts: groupByPart(ofDay, mainSpan(rules.calendar, task.date)), ofTies };
}

/** All events of a day by the parts that they lie in. */
function groupByPart(events: readonly CountedEvent[], main: KeySpan): Map<string, CountedEvent[]> {
  const parts = new Map<string, CountedEvent[]>([[MAIN_PART, []]]);
  for (const event of events) {
    const part = findPart(event.sk, parts, main);
    const known = parts.get(part);
    if (known === undefined) parts.set(part, [event]);
    else known.push(event);
  }
  return parts;
}

/** The parts that are known of a day, and what was read of them. */
export async function readDayEvents(
  task: DayTask,
  day: DayItem,
  ties: readonly TieItem[],
  items: ReadonlyMap<string, Item>,
  deps: CountingDeps,
): Promise<{ known: Readonly<Record<string, Amounts>> | undefined; read: ReadEvents }> {
  const areTiesKnown = ties.every(({ days }) => days !== undefined);
  if (!areTiesKnown || (day.parts === undefined && task.whole !== true)) {
    return { known: undefined, read: await readWholeLog(task, deps) };
  }
  const known = task.whole === true ? { ...day.parts, [MAIN_PART]: {} } : (day.parts ?? {});
  if (task.inserted !== undefined && !items.has(dayKey(task.date))) {
    const parts = groupByPart(task.inserted, mainSpan(deps.rules.calendar, task.date));
    return { known, read: { parts, ofTies: [] } };
  }
  return { known, read: await readParts(task, known, ties.length > 0 || task.whole === true, deps) };
}
