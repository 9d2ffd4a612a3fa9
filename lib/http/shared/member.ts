import { problemAnswer } from '#lib/http/shared/responses.ts';
import { ApiError } from '#lib/platform/errors.ts';

/** What a route about one member may answer besides. */
export const memberFaults = {
  404: problemAnswer('Nothing is known of this member: `member_not_found`'),
  409: problemAnswer(
    'What is stored of this member does not read, and counting it anew did not help: `member_damaged`',
  ),
};

/** @throws ApiError 404 for a stranger */
export function knownMember<T>(found: T | undefined): T {
  if (found === undefined) throw new ApiError(404, 'member_not_found', 'Nothing is known of this member.');
  return found;
}
