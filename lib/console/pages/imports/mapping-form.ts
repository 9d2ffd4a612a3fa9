import type { Taxonomy } from '#lib/events/taxonomy.ts';
import { type Mapping, parseMapping } from '#lib/imports/mapping/schema.ts';

/** What somebody chose in the form that matches columns. Empty texts are not chosen. */
export interface MappingForm {
  userId: string;
  time: string;
  /** `iso`, `epoch-s`, `epoch-ms` or a pattern */
  format: string;
  /** the column that says what happened, or '' */
  eventColumn: string;
  /** one event for all rows, where no column says */
  eventName: string;
  money: string;
  text: string;
  /** value of the event column → event name; the others keep their names */
  values: Record<string, string>;
}

const FIELDS = ['userId', 'time', 'format', 'eventColumn', 'eventName', 'money', 'text'] as const;
const VALUE = 'value:';
const TIME_FORMATS = ['iso', 'yyyy-MM-dd HH:mm:ss', 'yyyy/M/d H:mm', 'yyyy-MM-dd', 'epoch-s', 'epoch-ms'];

/** Likely columns by what people call them. */
const LIKELY_COLUMNS: Record<'userId' | 'time' | 'eventColumn' | 'money' | 'text', RegExp> = {
  userId:
    /^(user_?id|user|member_?id|uid|open_?id|用户(id|编号)?|会员(id|编号)?|学员(id|编号)?|买家(id|编号)?)$/i,
  time: /(time|date|created|时间|日期)/i,
  eventColumn: /^(event|action|type|行为|事件|动作|操作)(_?name|名称|类型)?$/i,
  money: /(amount|price|fee|paid|金额|实付|支付|价格)(?!_?(at|on|time|date)|时间|日期)/i,
  text: /(text|comment|content|body|评论|内容|反馈)/i,
};

/** The form as its fields were sent. */
export function parseMappingForm(fields: Readonly<Record<string, unknown>>): MappingForm {
  const text = (name: string) => (typeof fields[name] === 'string' ? (fields[name] as string).trim() : '');
  const values = Object.entries(fields).flatMap(([name, value]) =>
    name.startsWith(VALUE) && typeof value === 'string' && value !== ''
      ? [[name.slice(VALUE.length), value]]
      : [],
  );
  return {
    ...(Object.fromEntries(FIELDS.map((name) => [name, text(name)])) as Record<
      (typeof FIELDS)[number],
      string
    >),
    values: Object.fromEntries(values) as Record<string, string>,
  };
}

/** The form filled in by the names of the columns. */
export function guessMappingForm(columns: readonly string[]): MappingForm {
  const find = (field: keyof typeof LIKELY_COLUMNS) =>
    columns.find((column) => LIKELY_COLUMNS[field].test(column)) ?? '';
  return {
    userId: find('userId'),
    time: find('time'),
    format: '',
    eventColumn: find('eventColumn'),
    eventName: '',
    money: find('money'),
    text: find('text'),
    values: {},
  };
}

/** The mapping that a form describes. @throws ImportRefused `mapping_invalid` that says what is missing */
export function buildMapping({
  userId,
  time,
  format,
  eventColumn,
  eventName,
  money,
  text,
  values,
}: MappingForm): Mapping {
  const event =
    eventColumn === ''
      ? eventName === ''
        ? undefined
        : eventName
      : { column: eventColumn, values, otherwise: 'keep' };
  const properties = {
    ...(money !== '' && { total: { column: money, type: 'money', unit: 'major', optional: true } }),
    ...(text !== '' && { text: { column: text, optional: true } }),
  };
  return parseMapping({
    ...(userId !== '' && { userId }),
    ...(time !== '' && { time: { column: time, format: format === '' ? TIME_FORMATS : [format] } }),
    ...(event !== undefined && { event }),
    ...(Object.keys(properties).length > 0 && { properties }),
  });
}

/** One event name for every action, to choose from: the first that means it. */
export function listEventNames(taxonomy: Taxonomy): { action: string; name: string }[] {
  const names = new Map<string, string>();
  for (const [name, action] of taxonomy) if (!names.has(action)) names.set(action, name);
  return [...names].map(([action, name]) => ({ action, name }));
}
