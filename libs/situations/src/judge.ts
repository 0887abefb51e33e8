import {
  bindingKind,
  type Bounds,
  checkDesk,
  completeWorld,
  type Content,
  type DeskContent,
  findItem,
  type Instant,
  isDesk,
  isKindDefinition,
  isWorld,
  splitType,
} from '#libs/chronology';
import { DeskRefused, KindDefined, MatterHasKind, UnknownKind, UnknownTarget } from './errors.js';
import { type Held, isInRegistry, isParked } from './held-account.js';
import type { TimelineKinds } from './timeline-kinds.js';

/**
 * Refuses what cannot be recorded beside what is known of its matter and of kinds, and gives the bounds of what can.
 * @param held undefined of what stands in the registry
 * @throws UnknownKind, MatterHasKind, KindDefined, UnknownTarget, DeskRefused, BoundsError
 */
export function judge(
  content: Content,
  held: Held | undefined,
  kinds: TimelineKinds,
  recordedAt: Instant,
): Bounds | null {
  if (isWorld(content)) {
    const [kind] = splitType(content.type);
    // Its definition may have been planned when it was read, and refused since.
    if (!kinds.table.has(kind)) throw new UnknownKind(kind);
    const bound = held && !isParked(held) ? bindingKind(held) : null;
    if (bound !== null && bound !== kind) throw new MatterHasKind(content.matter, bound, kind);
    return completeWorld(content, recordedAt);
  }
  if (isKindDefinition(content) && kinds.areContradictedBy(content)) {
    throw new KindDefined(content.registry.slug);
  }
  if (isDesk(content) && kinds.areDefinedBy(content.target)) refuseToUndefine(content);
  if (isDesk(content) && isInRegistry(content)) refuseToCorrect(content);
  // What can be redacted need be in no account: that may be a decision of the desk too.
  if (!isDesk(content) || content.type === 'record.redacted' || !held || isParked(held)) return null;
  const target = findItem(held, content.target);
  if (!target) throw new UnknownTarget(content.target);
  const judged = checkDesk(content, target, held);
  if ('code' in judged) throw new DeskRefused(judged.code, judged.pointer, judged.detail);
  return judged.bounds;
}

/** A kind stays as long as what was recorded under it; the desk may say what it thinks of one. */
function refuseToUndefine({ type, target }: DeskContent): void {
  if (['record.confirmed', 'record.disputed', 'record.unverified'].includes(type)) return;
  throw new DeskRefused(
    'kind-stands',
    '/type',
    `${target} defines a kind, and developments are folded by it: that stands. Define another kind, and record ` +
      'what is to come under that.',
  );
}

/** A correction lays over the fields of a report, of which the registry's entries have none that counts. */
function refuseToCorrect({ type, target }: DeskContent): void {
  if (type !== 'record.corrected') return;
  throw new DeskRefused(
    'registry-stands',
    '/type',
    `${target} is an entry of the registry, of which a correction changes nothing: retract it and record another, or ` +
      'record what has changed behind it (actor.renamed, actor.split, place.registered).',
  );
}
