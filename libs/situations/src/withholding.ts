import { type Content, embargoEnd, type Instant, isDesk, isWorld } from '#libs/chronology';

/**
 * What an entry says of whether a development is withheld; null where it leaves that as it is. Hold and embargo are
 * flags, so an entry need not know how they were before.
 */
export interface Withholding {
  id: string;
  held: boolean | null;
  embargoed: boolean | null;
  /** The end of an embargo, ms. */
  until: Instant | null;
}

const unsaid = { held: null, embargoed: null, until: null };

export function withholdingOf(content: Content, recordedAt: Instant): Withholding | null {
  if (isDesk(content)) {
    const { type, target: id } = content;
    if (type === 'record.held') return { ...unsaid, id, held: true };
    if (type === 'record.released') return { ...unsaid, id, held: false };
    if (type === 'record.embargo-lifted') return { ...unsaid, id, embargoed: false };
    return null;
  }
  const until = isWorld(content) ? embargoEnd(content, recordedAt) : null;
  return until === null ? null : { ...unsaid, id: content.id, embargoed: true, until };
}

/** What the entries of one batch say, in order, summed up for each development. */
export function sumUp(said: (Withholding | null)[]): Withholding[] {
  const last = new Map<string, Withholding>();
  for (const now of said) {
    if (now === null) continue;
    const before = last.get(now.id) ?? unsaid;
    last.set(now.id, {
      id: now.id,
      held: now.held ?? before.held,
      embargoed: now.embargoed ?? before.embargoed,
      until: now.until ?? before.until,
    });
  }
  return [...last.values()];
}
