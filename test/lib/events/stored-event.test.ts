import { expect, test } from 'vitest';
import { parseEventItem, toEventItem } from '#lib/events/stored-event.ts';
import { storedEvent } from '#test/lib/members/stored-events.ts';

const event = storedEvent('m1', '2026-03-01T00:00:00.000Z', 'e1', { properties: '{"total":1}' });

test('an event is read back as it was stored, with who recorded it', () => {
  for (const stored of [event, { ...event, source: 'server' }, { ...event, source: 'import' }] as const) {
    expect(parseEventItem(toEventItem(stored))).toEqual(stored);
  }
});

test('an event of a release that did not note its source, or of one that knows more of them, has none', () => {
  expect(toEventItem(event)).not.toHaveProperty('source');
  expect(parseEventItem({ ...toEventItem(event), source: { S: 'satellite' } })).toEqual(event);
});
