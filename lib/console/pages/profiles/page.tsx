import { allows } from '#lib/auth/keys/access-key.ts';
import { ChartCard } from '#lib/console/charts/chart-card.tsx';
import type { Published } from '#lib/console/data/deps.ts';
import { ConvergenceNote, MemberLink } from '#lib/console/layout/components.tsx';
import { CsrfField } from '#lib/console/layout/page.tsx';
import type { View } from '#lib/console/layout/view.ts';
import type { FittedModel } from '#lib/models/registry/models.ts';
import { differenceChart, type NamedProfile, nameProfiles, sizesChart } from './charts.ts';
import { profilesMessages } from './messages.ts';

export const MAX_NAME_LENGTH = 40;

interface ProfilesProps {
  view: View;
  published: Published;
  model: FittedModel<'profiles'>;
}

/** Who the members are, by what they do. */
export function ProfilesContent({ view, published, model }: ProfilesProps) {
  const messages = profilesMessages[view.lang];
  const { format } = view;
  const { card } = model;
  const profiles = nameProfiles(model, published.current);
  const version = `${published.current.publishedAt} ${JSON.stringify(published.current.profileNames)}`;
  return (
    <>
      <p class="headline">
        {messages.lead(format.count(profiles.length), format.count(model.members))}{' '}
        {card.previous === null ? messages.first : messages.moved(format.share(card.previous.movedShare))}
      </p>
      <p class="caption">
        {card.previous === null
          ? null
          : `${messages.agreement(format.decimal(card.previous.adjustedRandIndex))} · `}
        {messages.chosen[card.chosenBy]}
      </p>
      <ConvergenceNote card={card} sentence={messages.notConverged} view={view} />
      <ChartCard view={view} chart={sizesChart(profiles, view)} version={version} share="full" />
      <div class="cards">
        {profiles.map((profile) => (
          <ChartCard view={view} chart={differenceChart(profile, view)} version={version}>
            <About view={view} published={published} profile={profile} all={model.members} />
          </ChartCard>
        ))}
      </div>
    </>
  );
}

function About({
  view,
  published,
  profile,
  all,
}: {
  view: View;
  published: Published;
  profile: NamedProfile;
  all: number;
}) {
  const messages = profilesMessages[view.lang];
  const { role } = view.session.caller;
  const { id, size } = profile;
  const examples = published.report?.profiles.find((one) => one.id === id)?.examples ?? [];
  return (
    <>
      <p class="between">
        <span>{messages.members(view.format.count(size), view.format.share(size / Math.max(all, 1)))}</span>
        <a href={`/console/members?profile=${encodeURIComponent(id)}`}>{messages.all}</a>
      </p>
      {examples.length === 0 ? null : (
        <p class="caption">
          {messages.examples}
          {view.lang === 'zh' ? '：' : ': '}
          {examples.map((member, i) => (
            <>
              {i === 0 ? '' : view.lang === 'zh' ? '、' : ', '}
              <MemberLink member={member} role={role} />
            </>
          ))}
        </p>
      )}
      {allows(role, 'operator') ? <Rename view={view} profile={profile} /> : null}
    </>
  );
}

function Rename({ view, profile: { id, ownName, given } }: { view: View; profile: NamedProfile }) {
  const messages = profilesMessages[view.lang];
  return (
    <details class="rename" id={`rename-${id}`}>
      <summary class="muted small">{messages.rename}</summary>
      <form method="post" action={`/console/profiles/${encodeURIComponent(id)}/name`} class="fields">
        <CsrfField view={view} />
        <label>
          {messages.zh}
          <input name="zh" value={given.zh ?? ''} maxlength={MAX_NAME_LENGTH} placeholder={ownName.zh} />
        </label>
        <label>
          {messages.en}
          <input name="en" value={given.en ?? ''} maxlength={MAX_NAME_LENGTH} placeholder={ownName.en} />
        </label>
        <p class="hint">{messages.renameHow}</p>
        <p>
          <button type="submit" class="primary">
            {messages.save}
          </button>
        </p>
      </form>
    </details>
  );
}
