const MEMBER = /^(\/v1\/members\/)(.+?)(\/events|\/rebuild|\/score)?$/s;
const PROFILE = /^(\/v1\/profiles\/)(.+?)(\/traits)$/s;

/**
 * API Gateway's HTTP APIs decode `rawPath` before a function sees it, so an id with `%`, `#`, a blank or a
 * slash would be taken apart again. This encodes each segment again, and takes a member's id as one segment.
 * (An id with `?` cannot be asked for there: the gateway cuts the path at it.)
 * @returns the event with a path that decodes to what the gateway said
 */
export function reencodePath<E extends object>(event: E): E {
  if (!('rawPath' in event) || typeof event.rawPath !== 'string') return event;
  const member = MEMBER.exec(event.rawPath) ?? PROFILE.exec(event.rawPath);
  const rawPath = member
    ? `${member[1]}${encode(member[2] ?? '')}${member[3] ?? ''}`
    : event.rawPath.split('/').map(encode).join('/');
  return { ...event, rawPath };
}

/** Lone surrogates have no encoding; they become U+FFFD, as they would on the wire. */
const encode = (text: string) => encodeURIComponent(text.toWellFormed());
