/** Names before the dot of a type, and before the slash of a stream, that are no kinds and no matters. */

/** Those of the registry: its types are `actor.registered`, its streams `actor/<slug>`. */
export const registryNameSpaces = ['actor', 'place', 'kind'] as const;

/** Those of all types that are not about the world. */
export const nameSpaces = ['record', ...registryNameSpaces] as const;

/** Whether a type lies in one of the name spaces, be it known there or not. */
export function isInNameSpace(type: string): boolean {
  return nameSpaces.some((name) => type.startsWith(`${name}.`));
}

/** Whether a stream is the registry's; all others are matters. The desk's decisions stand with what they are about. */
export function isRegistryStream(stream: string): boolean {
  return stream.includes('/');
}

/** Whether a stream defines a kind of the timeline's own. */
export function isKindStream(stream: string): boolean {
  return stream.startsWith('kind/');
}
