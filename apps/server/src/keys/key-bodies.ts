import { IsIn, IsOptional, Matches, ValidateBy } from 'class-validator';
import { type KeyRequest, longestOverlap, type Role, roles } from '#libs/access';
import { parseInstant } from '#libs/chronology';
import { InvalidInput } from '#libs/timelines';
import { isTimelineSlug } from '../http/path-parameters.js';
import { type BodyShape, readBody } from '../http/read-body.js';

/** Timelines that one key may name; beyond them it is one for all. */
const most = 100;

/** What is posted to make a key. */
export class CreateKeyBody {
  @IsIn(roles, { message: `\`role\` must be one of ${roles.join(', ')}` })
  role!: Role;

  @ValidateBy({
    name: 'timelines',
    validator: {
      validate: areTimelines,
      defaultMessage: () => `\`timelines\` must be a list of 1 to ${most} different slugs, or "all"`,
    },
  })
  timelines!: string[] | 'all';

  @IsOptional()
  // eslint-disable-next-line no-control-regex
  @Matches(/^[^\u0000-\u001f\u007f-\u009f]{1,200}$/u, {
    message: '`label` must be text in one line: 1 to 200 characters, none of them a control character',
  })
  label?: string;

  @IsOptional()
  @ValidateBy({
    name: 'expiresAt',
    validator: {
      validate: (text) => typeof text === 'string' && parseInstant(text) !== undefined,
      defaultMessage: () => '`expiresAt` must be an RFC 3339 instant such as 2027-01-01T00:00:00Z',
    },
  })
  expiresAt?: string;
}

/** What may be posted to replace one. */
export class RotateKeyBody {
  @IsOptional()
  @ValidateBy({
    name: 'overlapSeconds',
    validator: {
      validate: (value) => Number.isInteger(value) && value >= 0 && value <= longestOverlap,
      defaultMessage: () =>
        `\`overlapSeconds\` must be a number without quotes, a whole one from 0 to ${longestOverlap} (a week)`,
    },
  })
  overlapSeconds?: number;
}

const createShape: BodyShape<CreateKeyBody> = {
  noun: 'A key',
  dto: CreateKeyBody,
  fields: ['role', 'timelines', 'label', 'expiresAt'],
};
const rotateShape: BodyShape<RotateKeyBody> = {
  noun: 'A rotation',
  dto: RotateKeyBody,
  fields: ['overlapSeconds'],
};

/** @throws InvalidInput */
export function readCreateKeyBody(value: unknown, now: number): KeyRequest {
  const { role, timelines, label, expiresAt } = readBody(createShape, value);
  const until = expiresAt == null ? null : parseInstant(expiresAt)!;
  if (until !== null && until <= now) {
    throw new InvalidInput('refused', [
      { pointer: '/expiresAt', detail: 'A key must expire in the future.' },
    ]);
  }
  return { role, timelines: timelines === 'all' ? null : timelines, label: label ?? '', expiresAt: until };
}

/** @returns how long the old key is still taken, in ms @throws InvalidInput */
export function readRotateKeyBody(value: unknown): number {
  if (value === undefined) return 0;
  return (readBody(rotateShape, value).overlapSeconds ?? 0) * 1000;
}

function areTimelines(value: unknown): boolean {
  if (value === 'all') return true;
  if (!Array.isArray(value) || value.length < 1 || value.length > most) return false;
  return (
    value.every((slug) => typeof slug === 'string' && isTimelineSlug(slug)) &&
    new Set(value).size === value.length
  );
}
