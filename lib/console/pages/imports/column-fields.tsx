import type { ViewContext } from '#lib/console/layout/view.ts';
import { actionNames } from '#lib/console/messages/names.ts';
import type { Action, Taxonomy } from '#lib/events/taxonomy.ts';
import type { Preview } from '#lib/imports/mapping/preview.ts';
import { listEventNames, type MappingForm } from './mapping-form.ts';
import { importsMessages } from './messages.ts';

const MAX_VALUES = 16;

interface FieldsProps {
  viewContext: ViewContext;
  form: MappingForm;
  columns: readonly string[];
  preview: Preview | undefined;
  taxonomy: Taxonomy;
}

/** Which column is what: the form that makes a mapping. */
export function ColumnFields({ viewContext, form, columns, preview, taxonomy }: FieldsProps) {
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
