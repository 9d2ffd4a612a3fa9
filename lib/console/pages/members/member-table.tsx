import type { Role } from '#lib/auth/keys/access-key.ts';
import type { Published } from '#lib/console/data/deps.ts';
import { visibleId } from '#lib/console/data/masking.ts';
import {
  type FoundMember,
  findMatchingTrait,
  type MemberQuery,
  parseTraitTerm,
  SORTS,
} from '#lib/console/data/member-search.ts';
import { MemberLink, Scroll } from '#lib/console/layout/components.tsx';
import { hrefWith, type View } from '#lib/console/layout/view.ts';
import { stageNames } from '#lib/console/messages/names.ts';
import { STAGES } from '#lib/models/model-files.ts';
import type { Report } from '#lib/reports/report.ts';
import { membersMessages } from './messages.ts';

/** What to look for: part of an id or a name, a stage, a profile. */
export function Filters({
  view,
  published,
  query,
}: {
  view: View;
  published: Published & { report: Report };
  query: MemberQuery;
}) {
  const messages = membersMessages[view.lang];
  return (
    <search>
      <form class="card period" action="/console/members">
        <label>
          {messages.find} <input type="search" name="q" value={query.text} placeholder={messages.findFor} />
        </label>
        <label>
          {messages.stage}{' '}
          <select name="stage">
            <option value="">{messages.any}</option>
            {STAGES.map((stage) => (
              <option value={stage} selected={query.stage === stage}>
                {stageNames[view.lang][stage]}
              </option>
            ))}
          </select>
        </label>
        <label>
          {messages.profile}{' '}
          <select name="profile">
            <option value="">{messages.any}</option>
            {published.report.profiles.map(({ id }) => (
              <option value={id} selected={query.profileId === id}>
                {findProfileName(published, id, view)}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="plain">
          {messages.search}
        </button>
      </form>
    </search>
  );
}

/** The trait that a member was found by. */
function TraitFound({ member, query, role }: { member: FoundMember; query: MemberQuery; role: Role }) {
  if (query.text.trim() === '') return null;
  const trait = findMatchingTrait(member.traits, parseTraitTerm(query.text), role);
  if (trait === undefined) return null;
  return (
    <span class="muted small">
      {' '}
      {trait.name}: {trait.value}
    </span>
  );
}

/** Members, sortable by their figures. */
export function MemberTable({
  view,
  published,
  members,
  query,
}: {
  view: View;
  published: Published & { report: Report };
  members: readonly FoundMember[];
  query: MemberQuery;
}) {
  const messages = membersMessages[view.lang];
  const { format } = view;
  const { role } = view.session.caller;
  return (
    <Scroll label={messages.title}>
      <table>
        <thead>
          <tr>
            <th scope="col">{messages.member}</th>
            <th scope="col" class="left">
              {messages.stage}
            </th>
            <th scope="col" class="left">
              {messages.profile}
            </th>
            {SORTS.map((sort) => {
              const isOn = query.sort === sort;
              return (
                <th scope="col" aria-sort={isOn ? (query.up ? 'ascending' : 'descending') : undefined}>
                  <a href={hrefWith(view, { sort, up: isOn && !query.up ? '1' : null, page: null })}>
                    {messages.sorts[sort]}
                  </a>
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {members.map((member) => (
            <tr>
              <th scope="row">
                <MemberLink member={member} role={role} />
                {member.name === null ? null : (
                  <span class="muted small"> {visibleId(member.userId, role)}</span>
                )}
                <TraitFound member={member} query={query} role={role} />
              </th>
              <td class="left">{stageNames[view.lang][member.stage]}</td>
              <td class="left">
                {member.profileId === null ? '–' : findProfileName(published, member.profileId, view)}
              </td>
              <td>{format.count(member.interactions30)}</td>
              <td>{format.share(member.retention)}</td>
              <td>{format.share(member.churnRisk)}</td>
              <td>{format.money(member.valueMinor)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** What a profile is called now: names change between reports. */
export function findProfileName(
  { current, report }: Published,
  id: string,
  { lang }: Pick<View, 'lang'>,
): string {
  return current.profileNames[id]?.[lang] ?? report?.profiles.find((one) => one.id === id)?.name[lang] ?? id;
}
