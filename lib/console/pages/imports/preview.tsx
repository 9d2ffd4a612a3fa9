import { Scroll } from '#lib/console/layout/components.tsx';
import type { Look } from '#lib/console/layout/view.ts';
import type { Taxonomy } from '#lib/events/taxonomy.ts';
import type { CallOutcome } from '#lib/imports/mapping/map-row.ts';
import type { Preview } from '#lib/imports/mapping/preview.ts';
import { ColumnFields } from './column-fields.tsx';
import type { MappingWish } from './mapping-form.ts';
import { importsWords } from './messages.ts';

const ROWS_SHOWN = 10;
const MOST_LETTERS = 60;

interface PreviewProps {
  look: Look;
  /** names of the sources to choose from */
  sources: readonly string[];
  /** the chosen one; 'own' to match columns, 'none' for what needs no mapping */
  source: string;
  guessed: boolean;
  /** undefined when the file cannot be read like this: `fault` says why */
  preview: Preview | undefined;
  columns: readonly string[];
  fault: string | undefined;
  wish: MappingWish;
  taxonomy: Taxonomy;
  /** a chosen source reads the file, or its own mapping is stored */
  ready: boolean;
}

/** What becomes of a file's first rows, and what to change about it. The script shows it and asks again when it changes. */
export function PreviewContent(props: PreviewProps) {
  const { look, sources, source, guessed, preview, fault, ready } = props;
  const words = importsWords[look.lang];
  return (
    <>
      <p class="stacked">
        <label for="source">{words.source}</label>
        <select id="source" name="source" data-again>
          {sources.map((name) => (
            <option value={name} selected={name === source}>
              {name}
            </option>
          ))}
          <option value="none" selected={source === 'none'}>
            {words.none}
          </option>
          <option value="own" selected={source === 'own'}>
            {words.own}
          </option>
        </select>
        <span class="hint">
          {source === 'own' && !guessed ? words.noGuess : guessed ? words.guessed : words.sourceHow}
        </span>
      </p>
      {source === 'own' && props.columns.length > 0 ? <ColumnFields {...props} /> : null}
      {fault === undefined ? null : (
        <p class="fault" role="alert">
          {fault}
        </p>
      )}
      {preview === undefined ? null : <Rows look={look} preview={preview} />}
      <p>
        <button type="button" class="primary" data-send disabled={!ready}>
          {words.start}
        </button>
      </p>
    </>
  );
}

function Rows({ look, preview }: { look: Look; preview: Preview }) {
  const words = importsWords[look.lang];
  const { format } = look;
  const { recognised, rows } = preview;
  const columns = recognised.columns.slice(0, 6);
  const counted = (outcome: CallOutcome['outcome']) =>
    format.count(rows.filter(({ outcomes }) => rowOutcome(outcomes) === outcome).length);
  return (
    <section aria-labelledby="preview-title">
      <h3 id="preview-title">{words.preview}</h3>
      <p class="caption">
        {words.recognised(recognised.format, recognised.encoding)}
        {' · '}
        {words.sums(counted('accepted'), counted('dropped'), counted('refused'))} {words.previewHow}
      </p>
      <Scroll label={words.preview}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.line}</th>
              <th scope="col" class="left">
                {words.becomes}
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
                    <Outcome look={look} mapped={mapped} />
                  ))}
                </td>
                {columns.map((column) => (
                  <td class="left muted">{short(input?.[column])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

function Outcome({ look, mapped }: { look: Look; mapped: CallOutcome }) {
  const words = importsWords[look.lang];
  if (mapped.outcome === 'dropped') return <div class="muted">{words.dropped(mapped.reason)}</div>;
  if (mapped.outcome === 'refused') return <div class="bad">{words.refused(mapped.message)}</div>;
  const { userId, anonymousId, event, timestamp } = mapped.call as Record<string, unknown>;
  const said = [event ?? mapped.type, userId ?? anonymousId, timestamp].filter((one) => one !== undefined);
  return <div class="good">{said.map(String).join(' · ')}</div>;
}

function rowOutcome(outcomes: readonly CallOutcome[]): CallOutcome['outcome'] {
  if (outcomes.some(({ outcome }) => outcome === 'accepted')) return 'accepted';
  return outcomes.some(({ outcome }) => outcome === 'refused') ? 'refused' : 'dropped';
}

function short(value: unknown): string {
  const text =
    value === undefined || value === null
      ? ''
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value);
  return text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)}…` : text;
}
