import { type AccessKey, ROLES } from '#lib/auth/keys/access-key.ts';
import { Scroll } from '#lib/console/layout/components.tsx';
import { CsrfField } from '#lib/console/layout/page.tsx';
import type { View } from '#lib/console/layout/view.ts';
import { roleNames } from '#lib/console/messages/names.ts';
import { settingsMessages } from './messages.ts';

export const MAX_NAME_LENGTH = 100;

interface KeysProps {
  view: View;
  keys: readonly AccessKey[];
  /** a key made just now: the only time it is shown */
  made: { name: string; key: string } | undefined;
}

/** The keys of a deployment, for owners. */
export function KeysCard({ view, keys, made }: KeysProps) {
  const messages = settingsMessages[view.lang];
  const defaultRole = ROLES.find((role) => role === view.query.get('new')) ?? 'reader';
  return (
    <section class="card" id="keys" aria-labelledby="keys-title">
      <h2 id="keys-title">{messages.keys}</h2>
      <p class="caption">{messages.keysHow}</p>
      {made === undefined ? null : (
        <div class="bar good" role="status">
          <p>{messages.created(made.name)}</p>
          <pre class="fresh-key" tabindex={0}>
            {made.key}
          </pre>
        </div>
      )}
      <details class="new-key" open={view.query.has('new') || keys.length === 0}>
        <summary>{messages.newKey}</summary>
        <form method="post" action="/console/settings/keys" class="fields">
          <CsrfField view={view} />
          <label>
            {messages.keyName}
            <input
              name="name"
              required
              maxlength={MAX_NAME_LENGTH}
              placeholder={messages.keyNameHint}
              autocomplete="off"
            />
          </label>
          <label>
            {messages.role}
            <select name="role">
              {ROLES.map((role) => (
                <option value={role} selected={role === defaultRole}>
                  {messages.roles[role]}
                </option>
              ))}
            </select>
          </label>
          <p>
            <button type="submit" class="primary">
              {messages.create}
            </button>
          </p>
        </form>
      </details>
      <Scroll label={messages.keys}>
        <table>
          <thead>
            <tr>
              <th scope="col">{messages.name}</th>
              <th scope="col" class="left">
                {messages.role}
              </th>
              <th scope="col">{messages.since}</th>
              <th scope="col" class="left">
                {messages.state}
              </th>
              <th scope="col"></th>
            </tr>
          </thead>
          <tbody>
            {keys.map((key) => (
              <KeyRow view={view} of={key} />
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

function KeyRow({ view, of: { id, name, role, createdAt, revokedAt } }: { view: View; of: AccessKey }) {
  const messages = settingsMessages[view.lang];
  const isMine = id === view.session.caller.id;
  return (
    <tr>
      <th scope="row">
        {name} {isMine ? <span class="tag">{messages.yours}</span> : null}
      </th>
      <td class="left">{roleNames[view.lang][role]}</td>
      <td>{createdAt.slice(0, 10)}</td>
      <td class="left">
        {revokedAt === undefined ? (
          messages.works
        ) : (
          <span class="muted">{messages.revoked(revokedAt.slice(0, 10))}</span>
        )}
      </td>
      <td>
        {revokedAt === undefined ? (
          <details class="revoke">
            <summary class="muted small">{messages.revoke}</summary>
            <form method="post" action="/console/settings/keys/revoke" class="inline">
              <CsrfField view={view} />
              <input type="hidden" name="id" value={id} />
              <button type="submit" class="danger">
                {messages.confirm}
              </button>
            </form>
          </details>
        ) : null}
      </td>
    </tr>
  );
}
