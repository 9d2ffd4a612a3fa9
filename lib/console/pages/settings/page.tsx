import { type AccessKey, allows } from '#lib/auth/keys/access-key.ts';
import type { DeployedSettings } from '#lib/console/data/deps.ts';
import { Scroll } from '#lib/console/layout/components.tsx';
import type { View } from '#lib/console/layout/view.ts';
import { actionNames } from '#lib/console/messages/names.ts';
import { ACTIONS } from '#lib/events/taxonomy.ts';
import type { SourceSummary } from '#lib/imports/presets/sources-table.ts';
import { KeysCard } from './keys-card.tsx';
import { settingsMessages } from './messages.ts';

interface SettingsProps {
  view: View;
  settings: DeployedSettings;
  sources: readonly SourceSummary[];
  /** undefined for those who may not see them */
  keys: readonly AccessKey[] | undefined;
  made?: { name: string; key: string } | undefined;
}

/** How this deployment counts, who may enter, and where files come from. */
export function SettingsContent({ view, settings, sources, keys, made }: SettingsProps) {
  const messages = settingsMessages[view.lang];
  return (
    <>
      {keys !== undefined && allows(view.session.caller.role, 'owner') ? (
        <KeysCard view={view} keys={keys} made={made} />
      ) : (
        <section class="card" id="keys">
          <h2>{messages.keys}</h2>
          <p class="caption">{messages.keysOwner}</p>
        </section>
      )}
      <div class="cards">
        <section class="card" aria-labelledby="deployed">
          <h2 id="deployed">{messages.deployed}</h2>
          <p class="caption">{messages.deployedHow}</p>
          <dl class="facts left">
            <dt>{messages.timeZone}</dt>
            <dd>{settings.timeZone}</dd>
            <dt>{messages.currency}</dt>
            <dd>{settings.currency}</dd>
            <dt>{messages.runs}</dt>
            <dd>
              <a href="/console/runs">{messages.toRuns}</a>
            </dd>
            <dt>API</dt>
            <dd>
              <a href="/docs">{messages.docs}</a>
            </dd>
          </dl>
        </section>
        <SourcesCard view={view} sources={sources} />
      </div>
      <TaxonomyCard view={view} settings={settings} />
    </>
  );
}

function SourcesCard({ view, sources }: { view: View; sources: readonly SourceSummary[] }) {
  const messages = settingsMessages[view.lang];
  return (
    <section class="card" aria-labelledby="sources">
      <h2 id="sources">{messages.sources}</h2>
      <p class="caption">{messages.sourcesHow}</p>
      <Scroll label={messages.sources}>
        <table>
          <thead>
            <tr>
              <th scope="col">{messages.source}</th>
              <th scope="col">{messages.version}</th>
              <th scope="col">{messages.updated}</th>
            </tr>
          </thead>
          <tbody>
            {sources.map(({ source, version, updatedAt }) => (
              <tr>
                <th scope="row">{source}</th>
                <td>{version === 'ready' ? messages.ready : version}</td>
                <td>{updatedAt?.slice(0, 10) ?? '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

function TaxonomyCard({ view, settings: { taxonomy } }: { view: View; settings: DeployedSettings }) {
  const messages = settingsMessages[view.lang];
  return (
    <section class="card" aria-labelledby="taxonomy">
      <h2 id="taxonomy">{messages.taxonomy}</h2>
      <p class="caption">{messages.taxonomyHow}</p>
      <dl class="facts left">
        {ACTIONS.map((action) => (
          <>
            <dt>{actionNames[view.lang][action]}</dt>
            <dd class="tags">
              {[...taxonomy]
                .filter(([, meaning]) => meaning === action)
                .map(([name]) => (
                  <span class="tag">{name}</span>
                ))}
            </dd>
          </>
        ))}
      </dl>
    </section>
  );
}
