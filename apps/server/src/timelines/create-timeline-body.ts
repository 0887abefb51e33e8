import { IsIn, Matches } from 'class-validator';
import { slugPattern } from '#libs/timelines';
import { type BodyShape, readBody } from '../http/read-body.js';

/** What is posted to make a timeline. */
export class CreateTimelineBody {
  @Matches(slugPattern, {
    message: '`slug` must be 1 to 128 of a-z, 0-9 and hyphen, beginning with a letter or digit',
  })
  slug!: string;

  // eslint-disable-next-line no-control-regex
  @Matches(/^[^\u0000-\u001f\u007f-\u009f]{1,500}$/u, {
    message: '`title` must be text in one line: 1 to 500 characters, none of them a control character',
  })
  title!: string;

  /** Whether there is such a zone is asked of those who know them. */
  @Matches(/^[A-Za-z0-9_+/-]{1,64}$/, {
    message: '`timezone` must be a name of the IANA time zone database, such as `America/New_York`',
  })
  timezone!: string;

  @IsIn(['public', 'private'], { message: '`visibility` must be one of public, private' })
  visibility!: 'public' | 'private';
}

const shape: BodyShape<CreateTimelineBody> = {
  noun: 'A timeline',
  dto: CreateTimelineBody,
  fields: ['slug', 'title', 'timezone', 'visibility'],
};

/** @throws InvalidInput with all that is wrong */
export function readCreateTimelineBody(value: unknown): CreateTimelineBody {
  return readBody(shape, value);
}
