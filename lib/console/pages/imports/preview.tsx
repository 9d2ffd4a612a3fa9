import { Scroll } from '#lib/console/layout/components.tsx';
import type { ViewContext } from '#lib/console/layout/view.ts';
import type { Taxonomy } from '#lib/events/taxonomy.ts';
import type { CallOutcome } from '#lib/imports/mapping/map-row.ts';
import type { Preview } from '#lib/imports/mapping/preview.ts';
import { ColumnFields } from './column-fields.tsx';
import type { MappingForm } from './mapping-form.ts';
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
        <p class="fault" role="alert">
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
  const counted = (outcome: CallOutcome['outcome']) =>
    format.count(rows.filter(({ outcomes }) => rowOutcome(outcomes) === outcome).length);
  return (
    <section aria-labelledby="preview-title">
      <h3 id="preview-title">{messages.preview}</h3>
      <p class="caption">
        {messages.recognised(recognised.format, recognised.encoding)}
        {' · '}
        {messages.sums(counted('accepted'), counted('dropped'), counted('refused'))} {messages.previewHow}
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
                    <Outcome viewContext={viewContext} mapped={mapped} />
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

function Outcome({ viewContext, mapped }: { viewContext: ViewContext; mapped: CallOutcome }) {
  const messages = importsMessages[viewContext.lang];
  if (mapped.outcome === 'dropped') return <div class="muted">{messages.dropped(mapped.reason)}</div>;
  if (mapped.outcome === 'refused') return <div class="bad">{messages.refused(mapped.message)}</div>;
  const { userId, anonymousId, event, timestamp } = mapped.call as Record<string, unknown>;
  const parts = [event ?? mapped.type, userId ?? anonymousId, timestamp].filter((one) => one !== undefined);
  return <div class="good">{parts.map(String).join(' · ')}</div>;
}

function rowOutcome(outcomes: readonly CallOutcome[]): CallOutcome['outcome'] {
  if (outcomes.some(({ outcome }) => outcome === 'accepted')) return 'accepted';
  return outcomes.some(({ outcome }) => outcome === 'refused') ? 'refused' : 'dropped';
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
