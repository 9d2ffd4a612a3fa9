import { type Item, readEventItem, type StoredEvent } from '#lib/tracking/stored-event.ts';
import { type Amounts, type CountingRules, contributionsOf, difference } from './contribution.ts';
import { isMarkerKey } from './rebuild-marker.ts';

/** One record of the log's stream, as Lambda delivers it. */
export interface StreamRecord {
  eventName?: string | undefined;
  dynamodb?:
    | {
        SequenceNumber?: string | undefined;
        NewImage?: unknown;
        OldImage?: unknown;
      }
    | undefined;
  userIdentity?: { principalId?: string } | undefined;
}

/** What one record means: which event came, changed or went, in stream order. */
export interface LogChange {
  seq: string;
  record: StreamRecord;
  before?: StoredEvent;
  after?: StoredEvent;
  /** DynamoDB removed it by age: what it counted stays counted */
  expired: boolean;
  /** the marker of a rebuild, no event */
  marker?: { userId: string; id: string };
}

/** What one record changes in one derived item. */
export interface ItemChange {
  seq: string;
  add: Amounts;
  /** it takes away or marks, so it must not create the item */
  removal: boolean;
  expired: boolean;
}

const TTL_PRINCIPAL = 'dynamodb.amazonaws.com';

/**
 * Reads a stream record.
 * @throws TypeError when its images are no events of ours
 */
export function readRecord(record: StreamRecord): LogChange {
  const change = record.dynamodb;
  const base = { seq: sequenceKey(change?.SequenceNumber), record, expired: false };
  const image = (change?.NewImage ?? change?.OldImage) as Item | undefined;
  const sk = image?.['sk']?.S ?? '';
  if (isMarkerKey(sk)) {
    if (record.eventName === 'REMOVE') return base;
    return { ...base, marker: { userId: image?.['userId']?.S ?? '', id: sk } };
  }
  return {
    ...base,
    ...(change?.OldImage === undefined ? {} : { before: readEventItem(change.OldImage as Item) }),
    ...(change?.NewImage === undefined ? {} : { after: readEventItem(change.NewImage as Item) }),
    expired: record.eventName === 'REMOVE' && record.userIdentity?.principalId === TTL_PRINCIPAL,
  };
}

/** The changes that a record makes to derived items, by the items' sort keys. */
export function itemChanges(change: LogChange, rules: CountingRules): Array<[sk: string, ItemChange]> {
  const before = change.before === undefined ? [] : contributionsOf(change.before, rules);
  if (change.expired) {
    return before.map(({ sk }) => [sk, { seq: change.seq, add: {}, removal: true, expired: true }]);
  }
  const after = change.after === undefined ? [] : contributionsOf(change.after, rules);
  const removal = change.after === undefined;
  return difference(before, after).map(({ sk, add }) => [
    sk,
    { seq: change.seq, add, removal, expired: false },
  ]);
}

/**
 * A stream sequence number (a decimal of 1 to 40 digits) as text that compares in its order.
 * @throws TypeError when it is none
 */
function sequenceKey(sequenceNumber: string | undefined): string {
  const digits = sequenceNumber?.replace(/^0+(?=\d)/, '') ?? '';
  if (!/^\d{1,40}$/.test(digits)) {
    throw new TypeError(`stream record: "${sequenceNumber}" is no sequence number`);
  }
  return `${String(digits.length).padStart(2, '0')}${digits}`;
}
