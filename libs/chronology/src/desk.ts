/**
 * What must hold before a development is recorded and can only be said beside what is known already: when
 * it was so, and whether the desk's decision fits its target.
 */
import { bindingKind, type Account } from './account.js';
import { BoundsError, computeBounds, needsReportedAt, resolveInstantOrDate } from './bounds.js';
import type { Bounds, DeskContent, Instant, Replacement, WorldContent } from './development.js';
import { layOver, type Item } from './item.js';
import { phaseOf, splitType } from './kinds.js';

/** Why a desk development is refused; `pointer` (RFC 6901) names the field. */
export interface Refusal {
  code: 'matter-has-kind' | 'type-leaves-kind' | 'unknown-phase' | BoundsError['code'];
  pointer: string;
  detail: string;
}

/**
 * The bounds of a world development: `reportedAt`, else `recordedAt`, is when the report came out. Throws
 * BoundsError where `occurred` has none.
 */
export function completeWorld(content: WorldContent, recordedAt: Instant): Bounds {
  const { occurred, timezone, reportedAt } = content;
  if (reportedAt === undefined || !needsReportedAt(occurred)) {
    return computeBounds(occurred, timezone, recordedAt);
  }
  const reported = resolveInstantOrDate(reportedAt, timezone);
  if (reported === undefined) throw new BoundsError(`${reportedAt} is no day or instant in ${timezone}.`);
  return computeBounds(occurred, timezone, reported);
}

/** The bounds that a decision about `target` carries (null where it moves none), or why it is refused. */
export function checkDesk(
  content: DeskContent,
  target: Item,
  account: Account,
): { bounds: Bounds | null } | Refusal {
  if (content.type === 'record.reinstated') return checkKindIsFree(target, account) ?? { bounds: null };
  const { replacement } = content;
  if (content.type !== 'record.corrected' || replacement === undefined) return { bounds: null };
  return checkType(replacement, target, account) ?? correctedBounds(replacement, target);
}

/** Retracting freed the matter, and another kind may have taken it since. */
function checkKindIsFree(target: Item, account: Account): Refusal | undefined {
  const kind = bindingKind(account);
  if (kind === null || kind === target.kind) return undefined;
  const detail =
    `${account.matter} was freed by the retraction and is a ${kind} now, so its ${target.kind} cannot come ` +
    'back; record it anew in a matter of its own.';
  return { code: 'matter-has-kind', pointer: '/target', detail };
}

function checkType({ type }: Replacement, target: Item, account: Account): Refusal | undefined {
  if (type === undefined || type === null) return undefined;
  const [name, phase] = splitType(type);
  const pointer = '/replacement/type';
  if (name !== target.kind) {
    const detail = `A correction stays within the kind ${target.kind}; for another, retract and record anew.`;
    return { code: 'type-leaves-kind', pointer, detail };
  }
  const kind = account.kinds.get(name);
  if (kind === undefined || phaseOf(kind, phase)) return undefined;
  const known = kind.phases.map((row) => row.phase).join(', ');
  return { code: 'unknown-phase', pointer, detail: `A ${name} has no phase ${phase}; it has ${known}.` };
}

/** Fields that bounds are computed from, the likeliest to be at fault first. */
const timed = ['occurred', 'timezone', 'reportedAt'] as const;

function correctedBounds(replacement: Replacement, target: Item): { bounds: Bounds | null } | Refusal {
  const field = timed.find((name) => name in replacement);
  if (field === undefined) return { bounds: null };
  const merged = layOver(target.content, replacement);
  // Without a reportedAt of its own a report came out when its first source did, else when it was recorded.
  const reportedAt = merged.reportedAt ?? merged.sources?.[0]?.publishedAt;
  try {
    const dated = reportedAt === undefined ? merged : { ...merged, reportedAt };
    return { bounds: completeWorld(dated, target.recordedAt) };
  } catch (error) {
    if (!(error instanceof BoundsError)) throw error;
    return { code: error.code, pointer: `/replacement/${field}`, detail: error.detail };
  }
}
