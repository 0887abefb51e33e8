import { IsIn, Matches, validateSync } from 'class-validator';
import { nearest } from '#libs/chronology';
import { InvalidInput, type Problem } from '#libs/timelines';

/** What is posted to make a timeline. */
export class CreateTimelineBody {
  @Matches(/^[a-z0-9][a-z0-9-]{0,127}$/, {
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

const fields = ['slug', 'title', 'timezone', 'visibility'];

/** @throws InvalidInput with all that is wrong */
export function readCreateTimelineBody(value: unknown): CreateTimelineBody {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidInput('malformed', [
      { pointer: '', detail: 'A timeline must be a JSON object; send one.' },
    ]);
  }
  const unknown = Object.keys(value).filter((name) => !fields.includes(name));
  const body = Object.assign(new CreateTimelineBody(), value);
  const faults = validateSync(body).map(({ property, constraints }): Problem => {
    return { pointer: `/${property}`, detail: Object.values(constraints!)[0]! };
  });
  const problems = [...unknown.map(unknownField), ...faults];
  if (problems.length > 0) throw new InvalidInput('malformed', problems);
  return body;
}

function unknownField(name: string): Problem {
  const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  return { pointer, detail: `A timeline has no such field; the nearest is \`${nearest(name, fields)}\`.` };
}
