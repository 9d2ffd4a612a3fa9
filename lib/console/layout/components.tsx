import type { Child } from 'hono/jsx';
import type { Role } from '#lib/auth/keys/access-key.ts';
import { visibleId, visibleName } from '#lib/console/data/masking.ts';
import type { Convergence } from '#lib/models/schema.ts';
import type { NavItem } from './messages.ts';
import type { ViewContext } from './view.ts';

/** Something that may be wider than the screen; it can be scrolled with the keyboard too. */
export const Scroll = ({ label, children }: { label: string; children?: Child }) => (
  <section class="scroll" tabindex={0} aria-label={label}>
    {children}
  </section>
);

interface Linked {
  userId: string;
  name: string | null;
}

/** The address of a member's page. */
export const memberPath = (userId: string): string =>
  `/console/members/${encodeURIComponent(userId.toWellFormed())}`;

/** A member's name with the way to their page; no way to an id that would itself give a contact away. */
export function MemberLink({ member, role }: { member: Linked; role: Role }) {
  const name = visibleName(member, role);
  if (visibleId(member.userId, role) !== member.userId) return <b>{name}</b>;
  return <a href={memberPath(member.userId)}>{name}</a>;
}

/** Says that figures are approximate where the method behind them had not settled. */
export function ConvergenceNote({
  card: { converged, iterations = 0 },
  sentence,
  view,
}: {
  card: Convergence;
  sentence: (iterations: string) => string;
  view: Pick<ViewContext, 'format'>;
}) {
  if (converged !== false) return null;
  return (
    <p class="bar warn" role="status">
      {sentence(view.format.count(iterations))}
    </p>
  );
}

const PATHS: Record<NavItem, string> = {
  today: 'M3 10.5 10 4l7 6.5M5 9v7.5h10V9',
  trends: 'M3 15.5 8 10l3.5 3L17 6M13 6h4v4',
  profiles: 'M10 3a7 7 0 1 0 7 7h-7V3ZM13 2.5A7 7 0 0 1 17.5 7H13V2.5Z',
  members:
    'M7 9a2.7 2.7 0 1 0 0-5.4A2.7 2.7 0 0 0 7 9ZM2 16.5c0-2.8 2-4.7 5-4.7s5 1.9 5 4.7M13 4a2.5 2.5 0 0 1 0 4.8M14 12c2.4.3 4 2 4 4.5',
  value: 'M10 17V10M6.5 3.5 10 8l3.5-4.5M6 10h8M6 13h8',
  feedback: 'M3 4.5h14v9H9.5L6 16.5v-3H3v-9ZM6.5 8h7M6.5 10.5H11',
  imports: 'M10 3v9M6.5 8.5 10 12l3.5-3.5M3.5 13.5v3h13v-3',
  settings: 'M3 6h8M15 6h2M13 4v4M3 14h2M9 14h8M7 12v4',
};

/** The drawing beside a page's name; it says nothing that the name does not. */
export const Icon = ({ navItem }: { navItem: NavItem }) => (
  <svg class="icon" viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
    <path
      d={PATHS[navItem]}
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
      stroke-linejoin="round"
      stroke-linecap="round"
    />
  </svg>
);
