/** Digits and small letters, one of each byte: enough of them to tell things of one day apart. */
export const shortId = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => (byte % 36).toString(36)).join('');
