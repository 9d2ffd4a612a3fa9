import { isDeepStrictEqual } from 'node:util';
import type { AttributeValue, _Record as ReadRecord } from '@aws-sdk/client-dynamodb-streams';

/** A change of a table, ready to be sent to a function. */
export type StreamRecord = {
  sequenceNumber: string;
  /** What order holds for: partition and sort key, as text. */
  item: string;
  /** ms since 1970 */
  changedAt: number;
  /** JSON text in the shape of Lambda's event */
  json: string;
};

/**
 * Translates what `GetRecords` returned into the shape that Lambda gives to functions.
 * @returns undefined for a put that changed nothing: AWS makes no record of it, some engines do
 */
export function toStreamRecord(read: ReadRecord, eventSourceARN: string): StreamRecord | undefined {
  const { dynamodb = {}, userIdentity } = read;
  const { Keys, OldImage, NewImage, ApproximateCreationDateTime, ...rest } = dynamodb;
  if (read.eventName === 'MODIFY' && OldImage && NewImage && isSameImage(OldImage, NewImage))
    return undefined;

  const changedAt = ApproximateCreationDateTime?.getTime() ?? Date.now();
  const record = {
    eventID: read.eventID,
    eventName: read.eventName,
    eventVersion: read.eventVersion,
    eventSource: read.eventSource,
    awsRegion: read.awsRegion,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(changedAt / 1_000),
      ...(Keys && { Keys: toPlainJson(Keys) }),
      ...(NewImage && { NewImage: toPlainJson(NewImage) }),
      ...(OldImage && { OldImage: toPlainJson(OldImage) }),
      ...rest,
    },
    ...(userIdentity && {
      userIdentity: { type: userIdentity.Type, principalId: userIdentity.PrincipalId },
    }),
    eventSourceARN,
  };
  return {
    sequenceNumber: dynamodb.SequenceNumber ?? '',
    item: JSON.stringify(Object.entries(toPlainJson(Keys ?? {}) as object).sort()),
    changedAt,
    json: JSON.stringify(record),
  };
}

/** Binary values travel as base64 text, as in the JSON of the service itself. */
function toPlainJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(toPlainJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, toPlainJson(item)]),
  );
}

function isSameImage(a: Record<string, AttributeValue>, b: Record<string, AttributeValue>): boolean {
  return isDeepStrictEqual(sortSets(toPlainJson(a)), sortSets(toPlainJson(b)));
}

/** The members of a set have no order. */
function sortSets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortSets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const isSet =
        /^[SNB]S$/.test(key) && Array.isArray(item) && item.every((one) => typeof one === 'string');
      return [key, isSet ? [...item].sort() : sortSets(item)];
    }),
  );
}
