import { type Item, parseEventItem, type StoredEvent } from '#lib/events/stored-event.ts';

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
  userIdentity?: { type?: string; principalId?: string } | undefined;
}

/** What one record means: which event came, changed or went. */
export interface LogChange {
  record: StreamRecord;
  before?: StoredEvent;
  after?: StoredEvent;
  /** it went by age: what it counted stays counted */
  expired: boolean;
}

// Markers that earlier versions put into the log for a day; nothing in it that is no event begins otherwise.
const MARKER_PREFIX = '~';

/**
 * Reads a stream record.
 * @param now seconds since 1970
 * @returns undefined when it is about something that is no event
 * @throws TypeError when its images are no events of ours
 */
export function parseStreamRecord(record: StreamRecord, now: number): LogChange | undefined {
  const { NewImage, OldImage } = record.dynamodb ?? {};
  const image = (NewImage ?? OldImage) as Item | undefined;
  if (image === undefined) throw new TypeError('stream record: it has no image');
  if (image['sk']?.S?.startsWith(MARKER_PREFIX)) return undefined;
  const before = OldImage === undefined ? undefined : parseEventItem(OldImage as Item);
  const after = NewImage === undefined ? undefined : parseEventItem(NewImage as Item);
  return {
    record,
    ...(before && { before }),
    ...(after && { after }),
    expired:
      before !== undefined && after === undefined && (isTtlDeletion(record) || before.expiresAt <= now),
  };
}

/** DynamoDB says so of what it removes by age, but not in every replica of a table. */
const isTtlDeletion = ({ userIdentity }: StreamRecord): boolean =>
  userIdentity?.principalId === 'dynamodb.amazonaws.com' || userIdentity?.type === 'Service';
