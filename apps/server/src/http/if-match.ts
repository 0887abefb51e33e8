import { EdgeRefusal } from './edge-refusal.js';

/**
 * The version that a recorder expects its matter to be at: `If-Match: "3"`, or `"0"` for a matter that must not
 * exist. A matter's version is what is compared, so neither `*` nor a list nor a weak tag has a meaning here.
 * @throws EdgeRefusal invalid-header
 */
export function expectedVersion(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined) return undefined;
  const version = /^"(0|[1-9]\d{0,14})"$/.exec(ifMatch)?.[1];
  if (version !== undefined) return Number(version);
  throw new EdgeRefusal(
    'invalid-header',
    'If-Match must be one version in quotes, such as "3", or "0" for none yet.',
    {
      header: 'If-Match',
    },
  );
}
