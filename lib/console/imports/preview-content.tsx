import { Scroll } from '#lib/console/frame/scroll.tsx';
import type { Look } from '#lib/console/frame/view.ts';
import { actionWords } from '#lib/console/words/action-words.ts';
import type { Mapped } from '#lib/imports/map-row.ts';
import type { Preview } from '#lib/imports/preview-rows.ts';
import type { Action, Taxonomy } from '#lib/tracking/taxonomy.ts';
import { importsWords } from './imports-words.ts';
import { type MappingWish, namesOfActions } from './mapping-wish.ts';

const MOST_VALUES = 16;
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

function ColumnFields({ look, wish, columns, preview, taxonomy }: PreviewProps) {
  const words = importsWords[look.lang];
  const choice = (name: 'userId' | 'time' | 'eventColumn' | 'money' | 'text', label: string) => (
    <label>
      {label}
      <select name={name} data-again>
        <option value="">{words.nothing}</option>
        {columns.map((column) => (
          <option value={column} selected={wish[name] === column}>
            {column}
          </option>
        ))}
      </select>
    </label>
  );
  const actions = namesOfActions(taxonomy);
  return (
    <fieldset class="fields">
      <legend class="muted">{words.own}</legend>
      {choice('userId', words.userId)}
      {choice('time', words.time)}
      <label>
        {words.format}
        <input name="format" value={wish.format} placeholder={words.formatHow} data-again />
      </label>
      {choice('eventColumn', `${words.event} · ${words.eventColumn}`)}
      {wish.eventColumn === '' ? (
        <label>
          {`${words.event} · ${words.eventName}`}
          <select name="eventName" data-again>
            <option value="">{words.nothing}</option>
            {actions.map(({ action, name }) => (
              <option value={name} selected={wish.eventName === name}>
                {actionWords[look.lang][action as Action]}
              </option>
            ))}
          </select>
        </label>
      ) : (
        <fieldset class="fields">
          <legend class="muted">{words.values}</legend>
          {valuesOf(preview, wish.eventColumn).map((value) => (
            <label class="between">
              <span>{value}</span>
              <select name={`value:${value}`} data-again>
                <option value="">{words.keep}</option>
                {actions.map(({ action, name }) => (
                  <option value={name} selected={wish.values[value] === name}>
                    {actionWords[look.lang][action as Action]}
                  </option>
                ))}
              </select>
            </label>
          ))}
        </fieldset>
      )}
      {choice('money', words.money)}
      {choice('text', words.text)}
      <label>
        {words.name}
        <input name="name" pattern="[a-z0-9][a-z0-9-]{0,62}" placeholder="my-course" autocomplete="off" />
        <span class="hint">{words.nameHow}</span>
      </label>
      <p>
        <button type="button" data-save>
          {words.save}
        </button>
      </p>
    </fieldset>
  );
}

function Rows({ look, preview }: { look: Look; preview: Preview }) {
  const words = importsWords[look.lang];
  const { format } = look;
  const { recognised, rows } = preview;
  const columns = recognised.columns.slice(0, 6);
  const counted = (outcome: Mapped['outcome']) =>
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

function Outcome({ look, mapped }: { look: Look; mapped: Mapped }) {
  const words = importsWords[look.lang];
  if (mapped.outcome === 'dropped') return <div class="muted">{words.dropped(mapped.reason)}</div>;
  if (mapped.outcome === 'refused') return <div class="bad">{words.refused(mapped.message)}</div>;
  const { userId, anonymousId, event, timestamp } = mapped.call as Record<string, unknown>;
  const said = [event ?? mapped.type, userId ?? anonymousId, timestamp].filter((one) => one !== undefined);
  return <div class="good">{said.map(String).join(' · ')}</div>;
}

function rowOutcome(outcomes: readonly Mapped[]): Mapped['outcome'] {
  if (outcomes.some(({ outcome }) => outcome === 'accepted')) return 'accepted';
  return outcomes.some(({ outcome }) => outcome === 'refused') ? 'refused' : 'dropped';
}

function valuesOf(preview: Preview | undefined, column: string): string[] {
  const values = (preview?.rows ?? [])
    .map(({ input }) => String(input?.[column] ?? ''))
    .filter((value) => value !== '');
  return [...new Set(values)].slice(0, MOST_VALUES);
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
