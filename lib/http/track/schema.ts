import { z } from '@hono/zod-openapi';
import { type InferLazy, lazySchema } from '#lib/platform/lazy-schema.ts';

const optionalObject = (description: string) =>
  z.record(z.string(), z.unknown()).optional().openapi({ description });

const common = () => ({
  userId: z
    .string()
    .optional()
    .openapi({ description: 'Who did it: your id of the member, at most 256 bytes' }),
  anonymousId: z.string().optional().openapi({
    description: 'Who did it, before they signed in. Every call needs a `userId` or an `anonymousId`.',
  }),
  messageId: z.string().max(100).optional().openapi({
    description: 'Makes a call safe to repeat: the same id at the same time counts once',
  }),
  timestamp: z
    .string()
    .optional()
    .openapi({ format: 'date-time', description: 'When it happened; now if absent' }),
  sentAt: z.string().optional().openapi({
    format: 'date-time',
    description: 'When it was sent, by the same clock: corrects a clock that is wrong',
  }),
  context: optionalObject('About the device, app and page'),
  integrations: optionalObject("Segment's switches; stored as they are"),
});
const writeKey = () => ({
  writeKey: z
    .string()
    .optional()
    .openapi({ description: 'The write key, if it is not in the Authorization header' }),
});
const traits = () => optionalObject('What is known of the member, such as name and city');
const properties = () =>
  optionalObject(
    'About the event. `targetUserId` names the member whose post was answered, liked or accepted; money is `total` (else `revenue`) and `currency`, in major units as Segment has it.',
  );
const title = () => z.string().optional();
const page = () => ({ name: title(), category: title(), properties: properties() });

const calls = {
  track: () => ({
    event: z.string().openapi({ description: 'Name of the event, in any language' }),
    properties: properties(),
  }),
  identify: () => ({ traits: traits() }),
  page,
  screen: page,
  group: () => ({ groupId: z.string().optional(), traits: traits() }),
  alias: () => ({
    previousId: z.string().optional().openapi({ description: 'The id that the member had before' }),
  }),
};
export type CallType = keyof typeof calls;

const at = '2026-03-08T21:45:30.900+08:00';
const identity = { userId: 'u_10086', messageId: '3c6d1b1e-9a40-4b7e-8a51-0f6c1f2f7a10', timestamp: at };
const examples: Record<CallType, Record<string, unknown>> = {
  track: {
    ...identity,
    event: 'Post Created',
    properties: { title: '早起打卡第 21 天：我学会了把目标写小一点', board: '写作训练营' },
  },
  identify: {
    ...identity,
    anonymousId: '7f9c1c1e-4a1d-4b52',
    traits: { name: '林晓雨', city: '杭州', plan: '年度会员' },
  },
  page: {
    ...identity,
    name: '课程详情',
    category: '课程',
    properties: { courseId: 'c_301', title: '零基础学写作' },
  },
  screen: { ...identity, name: '社群首页', properties: { tab: '精华' } },
  group: { ...identity, groupId: 'g_7', traits: { name: '写作训练营三期' } },
  alias: { ...identity, previousId: 'wx_oXa1b2c3' },
};

const componentName = (type: CallType) => `${type[0]?.toUpperCase()}${type.slice(1)}Call`;

/** The body of each single call, as Segment's spec has it. */
export const CallSchemas = Object.fromEntries(
  (Object.keys(calls) as CallType[]).map((type) => [
    type,
    lazySchema(() =>
      z
        .object({ ...calls[type](), ...common(), ...writeKey() })
        .openapi(componentName(type), { example: examples[type] }),
    ),
  ]),
) as unknown as Record<CallType, () => z.ZodType>;

export const Batch = lazySchema(() =>
  z
    .object({
      batch: z
        .array(
          z
            .object({
              type: z.enum(Object.keys(calls) as [CallType]).openapi({ description: 'Which call this is' }),
              event: z.string().optional(),
              properties: properties(),
              traits: traits(),
              name: title(),
              category: title(),
              groupId: title(),
              previousId: title(),
              ...common(),
            })
            .openapi('BatchedCall', { description: 'A single call with its `type`' }),
        )
        .max(2_500),
      sentAt: common().sentAt,
      context: optionalObject('For every call of the batch; what a call says itself wins'),
      integrations: common().integrations,
      ...writeKey(),
    })
    .openapi('Batch', {
      example: {
        batch: [
          { type: 'track', ...examples.track },
          { type: 'page', ...examples.page, messageId: '5d1f0b7a-2b0c-4f8e-9d43-8c1f3b6a7e21' },
        ],
        sentAt: '2026-03-08T21:45:31.000+08:00',
      },
    }),
);
export type Batch = InferLazy<typeof Batch>;

const Rejected = lazySchema(() =>
  z
    .object({
      index: z.int().openapi({ description: 'Place in the batch, from 0' }),
      messageId: z.string().optional(),
      code: z.enum([
        'no_user_anon_id',
        'event_not_defined',
        'event_not_string',
        'properties_not_object',
        'traits_not_object',
        'name_not_string',
        'id_not_string',
        'id_blocked',
        'timestamp_invalid',
        'event_too_large',
        'type_unknown',
      ]),
      message: z.string(),
    })
    .openapi('RejectedCall', { description: 'A call that was not stored; sending it again will not help' }),
);

const details = () => ({
  rejected: z.array(Rejected()).optional(),
  undeduplicated: z.int().optional().openapi({
    description: 'Calls without `messageId` and `timestamp`: sent again, they would count again',
  }),
});

export const Stored = lazySchema(() =>
  z.object({ success: z.literal(true), ...details() }).openapi('Stored', {
    description: 'All calls are stored, but for those in `rejected`',
    example: { success: true },
  }),
);
export type Stored = InferLazy<typeof Stored>;

export const Refused = lazySchema(() =>
  z
    .object({
      success: z.literal(false),
      code: z.string().openapi({ description: 'Stable; made for programs' }),
      message: z.string().openapi({ description: 'What happened and what to do, for people' }),
      ...details(),
    })
    .openapi('Refused', {
      description: 'Nothing of the request is stored',
      example: {
        success: false,
        code: 'invalid_write_key',
        message: 'no live write key came with this request; nothing was stored',
      },
    }),
);
export type Refused = InferLazy<typeof Refused>;

export const SdkSettings = lazySchema(() =>
  z
    .object({
      integrations: z.object({ 'Segment.io': z.object({ apiKey: z.string(), apiHost: z.string() }) }),
      plan: z.record(z.string(), z.unknown()),
      edgeFunction: z.record(z.string(), z.unknown()),
    })
    .openapi('SdkSettings', {
      example: {
        integrations: { 'Segment.io': { apiKey: 'wk_demo', apiHost: 'zhiqun.example.cn/v1' } },
        plan: {},
        edgeFunction: {},
      },
    }),
);
export type SdkSettings = InferLazy<typeof SdkSettings>;
