import type { SecretRole } from '#lib/auth/keys/access-key.ts';

/** Why a page cannot be shown; what it says is chosen by language when it is. */
export class ConsoleError extends Error {
  readonly status: 400 | 403 | 404;
  readonly kind: 'forbidden' | 'notFound' | 'stale' | 'invalid';
  /** with `forbidden`: what it takes */
  readonly needed: SecretRole | undefined;

  /** @param detail with `invalid`: what is wrong, in words */
  constructor(
    status: ConsoleError['status'],
    kind: ConsoleError['kind'],
    detail?: { needed?: SecretRole; message?: string },
  ) {
    super(detail?.message ?? kind);
    this.name = 'ConsoleError';
    this.status = status;
    this.kind = kind;
    this.needed = detail?.needed;
  }
}
