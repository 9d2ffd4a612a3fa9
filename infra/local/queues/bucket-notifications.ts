/** The parts of a bucket's NotificationConfiguration that are honoured. */
export type NotificationConfiguration = {
  QueueConfigurations?: {
    Event: string;
    Queue: string;
    Filter?: { S3Key?: { Rules?: { Name: string; Value: string }[] } };
  }[];
};

/** Objects of a bucket to announce, and to which queue. */
export type BucketNotification = { bucket: string; queueArn: string; prefix: string; suffix: string };

/**
 * Reads what a bucket announces.
 * @throws Error for anything but new objects announced to queues
 */
export function parseBucketNotifications(
  bucket: string,
  given: NotificationConfiguration,
): BucketNotification[] {
  const unknown = Object.keys(given).filter((name) => name !== 'QueueConfigurations');
  if (unknown.length > 0)
    throw new Error(`the local target announces objects to queues only, not by ${unknown}`);
  return (given.QueueConfigurations ?? []).map(({ Event, Queue, Filter }) => {
    if (Event !== 's3:ObjectCreated:*')
      throw new Error(`the local target announces s3:ObjectCreated:* only, not ${Event}`);
    const rules = Filter?.S3Key?.Rules ?? [];
    const rule = (name: string) => rules.find(({ Name }) => Name.toLowerCase() === name)?.Value ?? '';
    return { bucket, queueArn: Queue, prefix: rule('prefix'), suffix: rule('suffix') };
  });
}
