import { type AccessKey, ROLES } from '#lib/auth/keys/access-key.ts';
import { Scroll } from '#lib/console/layout/components.tsx';
import { FormToken } from '#lib/console/layout/page.tsx';
import type { View } from '#lib/console/layout/view.ts';
import { roleWords } from '#lib/console/messages/role-names.ts';
import { settingsWords } from './messages.ts';

export const MOST_NAME = 100;

interface KeysProps {
  view: View;
  keys: readonly AccessKey[];
  /** a key made just now: the only time it is shown */
  made: { name: string; key: string } | undefined;
}

/** The keys of a deployment, for owners. */
export function KeysCard({ view, keys, made }: KeysProps) {
  const words = settingsWords[view.lang];
  const wished = ROLES.find((role) => role === view.query.get('new')) ?? 'reader';
  return (
    <section class="card" id="keys" aria-labelledby="keys-title">
      <h2 id="keys-title">{words.keys}</h2>
      <p class="caption">{words.keysHow}</p>
      {made === undefined ? null : (
        <div class="bar good" role="status">
          <p>{words.created(made.name)}</p>
          <pre class="fresh-key" tabindex={0}>
            {made.key}
          </pre>
        </div>
      )}
      <details class="new-key" open={view.query.has('new') || keys.length === 0}>
        <summary>{words.newKey}</summary>
        <form method="post" action="/console/settings/keys" class="fields">
          <FormToken view={view} />
          <label>
            {words.keyName}
            <input
              name="name"
              required
              maxlength={MOST_NAME}
              placeholder={words.keyNameHint}
              autocomplete="off"
            />
          </label>
          <label>
            {words.role}
            <select name="role">
              {ROLES.map((role) => (
                <option value={role} selected={role === wished}>
                  {words.roles[role]}
                </option>
              ))}
            </select>
          </label>
          <p>
            <button type="submit" class="primary">
              {words.create}
            </button>
          </p>
        </form>
      </details>
      <Scroll label={words.keys}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.name}</th>
              <th scope="col" class="left">
                {words.role}
              </th>
              <th scope="col">{words.since}</th>
              <th scope="col" class="left">
                {words.state}
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
  const words = settingsWords[view.lang];
  const isMine = id === view.session.caller.id;
  return (
    <tr>
      <th scope="row">
        {name} {isMine ? <span class="tag">{words.yours}</span> : null}
      </th>
      <td class="left">{roleWords[view.lang][role]}</td>
      <td>{createdAt.slice(0, 10)}</td>
      <td class="left">
        {revokedAt === undefined ? (
          words.works
        ) : (
          <span class="muted">{words.revoked(revokedAt.slice(0, 10))}</span>
        )}
      </td>
      <td>
        {revokedAt === undefined ? (
          <details class="revoke">
            <summary class="muted small">{words.revoke}</summary>
            <form method="post" action="/console/settings/keys/revoke" class="inline">
              <FormToken view={view} />
              <input type="hidden" name="id" value={id} />
              <button type="submit" class="danger">
                {words.confirm}
              </button>
            </form>
          </details>
        ) : null}
      </td>
    </tr>
  );
}
