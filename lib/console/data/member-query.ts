import { STAGES } from '#lib/models/model-files.ts';
import { LISTS, type ListName } from '#lib/reports/report.ts';
import { type MemberQuery, SORTS } from './member-search.ts';

/** The query of an address. */
export function parseMemberQuery(query: URLSearchParams): MemberQuery {
  const sort = SORTS.find((one) => one === query.get('sort')) ?? 'interactions30';
  return {
    text: query.get('q') ?? '',
    stage: STAGES.find((one) => one === query.get('stage')),
    profileId: query.get('profile') || undefined,
    sort,
    up: query.get('up') === '1',
  };
}

/** The list that a query names, if it does. */
export const parseListName = (query: URLSearchParams): ListName | undefined =>
  LISTS.find((one) => one === query.get('list'));
