/** S3 no longer takes an upload's address. */
export class UrlExpired extends Error {}

/** Whether this answer to a PUT means that its address has run out: its hour is over, or the credentials that signed it are. */
export const isUrlExpired = (status: number, body: string): boolean =>
  status === 403 || (status === 400 && body.includes('<Code>ExpiredToken</Code>'));

/**
 * A ticket to upload with, whose addresses are renewed when they have run out. All parts that are refused at the same
 * time wait for the same renewal, and later ones go on with its addresses.
 * @returns does its work with the ticket, and once more with a fresh one if it throws AddressRefused
 */
export function renewableTicket<T>(
  ticket: T,
  renew: () => Promise<T>,
): <R>(work: (ticket: T) => Promise<R>) => Promise<R> {
  let current = (async () => ticket)();
  return async (work) => {
    const used = current;
    try {
      return await work(await used);
    } catch (error) {
      if (!(error instanceof UrlExpired)) throw error;
      if (current === used) current = renew();
      const fresh = await current.catch((reason: Error) => {
        throw new Error(`${error.message}. There is no fresh address: ${reason.message}`, { cause: reason });
      });
      return work(fresh);
    }
  };
}
