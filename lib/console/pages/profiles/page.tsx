import { allows } from '#lib/auth/keys/access-key.ts';
import { FigureCard } from '#lib/console/charts/chart-card.tsx';
import type { Published } from '#lib/console/data/deps.ts';
import { MemberLink } from '#lib/console/layout/member-link.tsx';
import { FormToken } from '#lib/console/layout/page.tsx';
import type { View } from '#lib/console/layout/view.ts';
import type { FittedModel } from '#lib/models/model-files.ts';
import { differenceFigure, type ShownProfile, shownProfiles, sizesFigure } from './charts.ts';
import { profilesWords } from './messages.ts';

export const MOST_NAME = 40;

interface ProfilesProps {
  view: View;
  published: Published;
  model: FittedModel<'profiles'>;
}

/** Who the members are, by what they do. */
export function ProfilesContent({ view, published, model }: ProfilesProps) {
  const words = profilesWords[view.lang];
  const { format } = view;
  const { card } = model;
  const profiles = shownProfiles(model, published.current);
  const of = `${published.current.publishedAt} ${JSON.stringify(published.current.profileNames)}`;
  return (
    <>
      <p class="headline">
        {words.lead(format.count(profiles.length), format.count(model.members))}{' '}
        {card.previous === null ? words.first : words.moved(format.share(card.previous.movedShare))}
      </p>
      <p class="caption">
        {card.previous === null
          ? null
          : `${words.agreement(format.decimal(card.previous.adjustedRandIndex))} · `}
        {words.chosen[card.chosenBy]}
      </p>
      <FigureCard view={view} figure={sizesFigure(profiles, view)} of={of} share="full" />
      <div class="cards">
        {profiles.map((profile) => (
          <FigureCard view={view} figure={differenceFigure(profile, view)} of={of}>
            <About view={view} published={published} profile={profile} all={model.members} />
          </FigureCard>
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
  profile: ShownProfile;
  all: number;
}) {
  const words = profilesWords[view.lang];
  const { role } = view.session.caller;
  const { id, size } = profile;
  const examples = published.report?.profiles.find((one) => one.id === id)?.examples ?? [];
  return (
    <>
      <p class="between">
        <span>{words.members(view.format.count(size), view.format.share(size / Math.max(all, 1)))}</span>
        <a href={`/console/members?profile=${encodeURIComponent(id)}`}>{words.all}</a>
      </p>
      {examples.length === 0 ? null : (
        <p class="caption">
          {words.examples}
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

function Rename({ view, profile: { id, ownName, given } }: { view: View; profile: ShownProfile }) {
  const words = profilesWords[view.lang];
  return (
    <details class="rename" id={`rename-${id}`}>
      <summary class="muted small">{words.rename}</summary>
      <form method="post" action={`/console/profiles/${encodeURIComponent(id)}/name`} class="fields">
        <FormToken view={view} />
        <label>
          {words.zh}
          <input name="zh" value={given.zh ?? ''} maxlength={MOST_NAME} placeholder={ownName.zh} />
        </label>
        <label>
          {words.en}
          <input name="en" value={given.en ?? ''} maxlength={MOST_NAME} placeholder={ownName.en} />
        </label>
        <p class="hint">{words.renameHow}</p>
        <p>
          <button type="submit" class="primary">
            {words.save}
          </button>
        </p>
      </form>
    </details>
  );
}
