import type { Look } from '#lib/console/layout/view.ts';
import { actionWords } from '#lib/console/messages/names.ts';
import type { Action, Taxonomy } from '#lib/events/taxonomy.ts';
import type { Preview } from '#lib/imports/mapping/preview.ts';
import { type MappingWish, namesOfActions } from './mapping-form.ts';
import { importsWords } from './messages.ts';

const MOST_VALUES = 16;

interface FieldsProps {
  look: Look;
  wish: MappingWish;
  columns: readonly string[];
  preview: Preview | undefined;
  taxonomy: Taxonomy;
}

/** Which column is what: the form that makes a mapping. */
export function ColumnFields({ look, wish, columns, preview, taxonomy }: FieldsProps) {
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

function valuesOf(preview: Preview | undefined, column: string): string[] {
  const values = (preview?.rows ?? [])
    .map(({ input }) => String(input?.[column] ?? ''))
    .filter((value) => value !== '');
  return [...new Set(values)].slice(0, MOST_VALUES);
}
