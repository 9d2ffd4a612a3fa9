import type { Child } from 'hono/jsx';

/** Something that may be wider than the screen; it can be scrolled with the keyboard too. */
export const Scroll = ({ label, children }: { label: string; children?: Child }) => (
  <section class="scroll" tabindex={0} aria-label={label}>
    {children}
  </section>
);
