import { Scroll } from '#lib/console/layout/components.tsx';
import type { ViewContext } from '#lib/console/layout/view.ts';
import { actionNames } from '#lib/console/messages/names.ts';
import { type Outcome, overallOutcome } from '#lib/events/outcome.ts';
import type { Action, Taxonomy } from '#lib/events/taxonomy.ts';
import type { MappedCall } from '#lib/imports/mapping/compile-call.ts';
import type { Preview } from '#lib/imports/mapping/preview.ts';
import { listEventNames, type MappingForm } from './mapping-form.ts';
import { importsMessages } from './messages.ts';

const ROWS_SHOWN = 10;
const MAX_LETTERS = 60;

interface PreviewProps {
  viewContext: ViewContext;
  /** names of the sources to choose from */
  sources: readonly string[];
  /** the chosen one; 'own' to match columns, 'none' for what needs no mapping */
  source: string;
  guessed: boolean;
  /** undefined when the file cannot be read like this: `error` says why */
  preview: Preview | undefined;
  columns: readonly string[];
  error: string | undefined;
  form: MappingForm;
  taxonomy: Taxonomy;
  /** a chosen source reads the file, or its own mapping is stored */
  ready: boolean;
}

/** What becomes of a file's first rows, and what to change about it. The script shows it and asks again when it changes. */
export function PreviewContent(props: PreviewProps) {
  const { viewContext, sources, source, guessed, preview, error, ready } = props;
  const messages = importsMessages[viewContext.lang];
  return (
    <>
      <p class="stacked">
        <label for="source">{messages.source}</label>
        <select id="source" name="source" data-again>
          {sources.map((name) => (
            <option value={name} selected={name === source}>
              {name}
            </option>
          ))}
          <option value="none" selected={source === 'none'}>
            {messages.none}
          </option>
          <option value="own" selected={source === 'own'}>
            {messages.own}
          </option>
        </select>
        <span class="hint">
          {source === 'own' && !guessed ? messages.noGuess : guessed ? messages.guessed : messages.sourceHow}
        </span>
      </p>
      {source === 'own' && props.columns.length > 0 ? <ColumnFields {...props} /> : null}
      {error === undefined ? null : (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      {preview === undefined ? null : <Rows viewContext={viewContext} preview={preview} />}
      <p>
        <button type="button" class="primary" data-send disabled={!ready}>
          {messages.start}
        </button>
      </p>
    </>
  );
}

function Rows({ viewContext, preview }: { viewContext: ViewContext; preview: Preview }) {
  const messages = importsMessages[viewContext.lang];
  const { format } = viewContext;
  const { recognised, rows } = preview;
  const columns = recognised.columns.slice(0, 6);
  const counted = (outcome: Outcome<object>['outcome']) =>
    format.count(rows.filter(({ outcomes }) => overallOutcome(outcomes) === outcome).length);
  return (
    <section aria-labelledby="preview-title">
      <h3 id="preview-title">{messages.preview}</h3>
      <p class="caption">
        {messages.recognised(recognised.format, recognised.encoding)}
        {' · '}
        {messages.sums(counted('accepted'), counted('dropped'), counted('rejected'))} {messages.previewHow}
      </p>
      <Scroll label={messages.preview}>
        <table>
          <thead>
            <tr>
              <th scope="col">{messages.line}</th>
              <th scope="col" class="left">
                {messages.becomes}
              </th>
              {columns.map((column) => (
                <th scope="col" class="left">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, ROWS_SHOWN).map(({ line, input, outcomes }) => (
              <tr>
                <th scope="row">{format.count(line)}</th>
                <td class="left">
                  {outcomes.map((mapped) => (
                    <MappedOutcome viewContext={viewContext} mapped={mapped} />
                  ))}
                </td>
                {columns.map((column) => (
                  <td class="left muted">{truncate(input?.[column])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

function MappedOutcome({ viewContext, mapped }: { viewContext: ViewContext; mapped: Outcome<MappedCall> }) {
  const messages = importsMessages[viewContext.lang];
  if (mapped.outcome === 'dropped') return <div class="muted">{messages.dropped(mapped.reason)}</div>;
  if (mapped.outcome === 'rejected') return <div class="bad">{messages.refused(mapped.message)}</div>;
  const { userId, anonymousId, event, timestamp } = mapped.call as Record<string, unknown>;
  const parts = [event ?? mapped.type, userId ?? anonymousId, timestamp].filter((one) => one !== undefined);
  return <div class="good">{parts.map(String).join(' · ')}</div>;
}

function truncate(value: unknown): string {
  const text =
    value === undefined || value === null
      ? ''
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value);
  return text.length > MAX_LETTERS ? `${text.slice(0, MAX_LETTERS)}…` : text;
}

const MAX_VALUES = 16;

interface FieldsProps {
  viewContext: ViewContext;
  form: MappingForm;
  columns: readonly string[];
  preview: Preview | undefined;
  taxonomy: Taxonomy;
}

/** Which column is what: the form that makes a mapping. */
function ColumnFields({ viewContext, form, columns, preview, taxonomy }: FieldsProps) {
  const messages = importsMessages[viewContext.lang];
  const choice = (name: 'userId' | 'time' | 'eventColumn' | 'money' | 'text', label: string) => (
    <label>
      {label}
      <select name={name} data-again>
        <option value="">{messages.nothing}</option>
        {columns.map((column) => (
          <option value={column} selected={form[name] === column}>
            {column}
          </option>
        ))}
      </select>
    </label>
  );
  const actions = listEventNames(taxonomy);
  return (
    <fieldset class="fields">
      <legend class="muted">{messages.own}</legend>
      {choice('userId', messages.userId)}
      {choice('time', messages.time)}
      <label>
        {messages.format}
        <input name="format" value={form.format} placeholder={messages.formatHow} data-again />
      </label>
      {choice('eventColumn', `${messages.event} · ${messages.eventColumn}`)}
      {form.eventColumn === '' ? (
        <label>
          {`${messages.event} · ${messages.eventName}`}
          <select name="eventName" data-again>
            <option value="">{messages.nothing}</option>
            {actions.map(({ action, name }) => (
              <option value={name} selected={form.eventName === name}>
                {actionNames[viewContext.lang][action as Action]}
              </option>
            ))}
          </select>
        </label>
      ) : (
        <fieldset class="fields">
          <legend class="muted">{messages.values}</legend>
          {distinctValues(preview, form.eventColumn).map((value) => (
            <label class="between">
              <span>{value}</span>
              <select name={`value:${value}`} data-again>
                <option value="">{messages.keep}</option>
                {actions.map(({ action, name }) => (
                  <option value={name} selected={form.values[value] === name}>
                    {actionNames[viewContext.lang][action as Action]}
                  </option>
                ))}
              </select>
            </label>
          ))}
        </fieldset>
      )}
      {choice('money', messages.money)}
      {choice('text', messages.text)}
      <label>
        {messages.name}
        <input name="name" pattern="[a-z0-9][a-z0-9-]{0,62}" placeholder="my-course" autocomplete="off" />
        <span class="hint">{messages.nameHow}</span>
      </label>
      <p>
        <button type="button" data-save>
          {messages.save}
        </button>
      </p>
    </fieldset>
  );
}

function distinctValues(preview: Preview | undefined, column: string): string[] {
  const values = (preview?.rows ?? [])
    .map(({ input }) => String(input?.[column] ?? ''))
    .filter((value) => value !== '');
  return [...new Set(values)].slice(0, MAX_VALUES);
}
