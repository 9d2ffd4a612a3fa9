const PREFIX = '~rebuild#';

/** The sort key of a rebuild's marker in the log: after every event's. */
export const markerKey = (id: string): string => PREFIX + id;

/** Whether a sort key of the log belongs to a rebuild's marker. */
export const isMarkerKey = (sk: string): boolean => sk.startsWith(PREFIX);
