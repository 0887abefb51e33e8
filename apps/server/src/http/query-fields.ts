/** What a query parameter may be asked to be. Their meaning (a zone, a known kind, the head) is the handlers' affair. */
import { IsIn, Matches, ValidateBy } from 'class-validator';
import { slugPattern, streamPattern } from '#libs/timelines';
import { OpenedCursor } from './cursors.js';

/** Items that a page may have. */
export const mostInPage = 1_000;

/** A number of items, as its digits. */
export const Limit = () =>
  ValidateBy({
    name: 'limit',
    validator: {
      validate: (text) => /^[1-9]\d{0,3}$/.test(text as string) && Number(text) <= mostInPage,
      defaultMessage: () => `must be a whole number from 1 to ${mostInPage}`,
    },
  });

/** Instants and positions: they have no space, and who sees one there meant a plus. */
export const Point = () =>
  Matches(/^[^\s]+$/, {
    message: 'has a space in it, or nothing; a + in a query means a space: write it %2B',
  });

export const Slug = () =>
  Matches(slugPattern, {
    message: 'must be a slug: 1 to 128 of a-z, 0-9 and hyphen, beginning with a letter or digit',
  });

/** A name that is looked up in a list; which it knows, the list says. */
export const Name = () => Matches(/^.{1,200}$/u, { message: 'must be a name of 1 to 200 characters' });

/** Text without a word in it would ask for nothing, and be given everything. */
export const Words = () =>
  Matches(/^(?=.*[\p{L}\p{N}]).{1,500}$/u, {
    message: 'must be 1 to 500 characters, with a letter or digit',
  });

const position = /^(-1|\d{1,15})$/;

/** The name under which the rules below say that a cursor is wrong. */
export const cursorRule = 'cursor';

/** What `next` gave, for this list and no other. */
export const Cursor = () =>
  ValidateBy({ name: cursorRule, validator: { validate: (given) => given instanceof OpenedCursor } });

/** What `next` gave, or a position. */
export const CursorOrPosition = () =>
  ValidateBy({
    name: cursorRule,
    validator: {
      validate: (given) => given instanceof OpenedCursor || position.test(given as string),
    },
  });

/** A position behind which to begin; no cursor, for a stream has no pages. */
export const Position = () =>
  Matches(position, { message: 'must be a position: 0, 1, 2 …, or -1 for the beginning' });

export const OneOf = (...values: string[]) =>
  IsIn(values, { message: `must be one of ${values.join(', ')}` });

/** A matter's slug, or that of the registry: `actor/<slug>`, `place/<slug>`, `kind/<slug>`. */
export const Matter = () => Matches(streamPattern, { message: 'must be the slug of a matter' });
