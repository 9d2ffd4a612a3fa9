/** A call as the Node SDK sends it: its context, and a few properties. */
export function sdkCall(userId: string, n: number): Record<string, unknown> {
  return {
    type: 'track',
    userId,
    event: 'Reply Created',
    messageId: `node-next-1764000000000-5f0c2f5e-7a7a-4f0e-9d5a-${String(n).padStart(12, '0')}`,
    timestamp: new Date(Date.UTC(2026, 4, 1, 3) + n).toISOString(),
    properties: { postId: `post-${n}`, course: '写作训练营', channel: 'android' },
    context: { library: { name: '@segment/analytics-node', version: '3.1.0' }, locale: 'zh-CN' },
    integrations: {},
    _metadata: { nodeVersion: '24.0.0', jsRuntime: 'node' },
  };
}

/** The body of a batch request with calls of one member. */
export const sdkBatch = (userId: string, from: number, count: number): string =>
  JSON.stringify({
    batch: Array.from({ length: count }, (_, i) => sdkCall(userId, from + i)),
    sentAt: '2026-05-01T03:00:10.000Z',
  });
