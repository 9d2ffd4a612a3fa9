/** The command cannot be done as it was given; nothing was sent yet. */
export class UsageError extends Error {}
