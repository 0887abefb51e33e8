/**
 * One line that a newsroom could print under a story: what was told wrongly, and what is so. It is made from what
 * the development said before and says after a decision of the desk, and from nothing else.
 */
import { dateInWords } from './date-in-words.js';
import type { Mode, Quantity } from './development.js';
import type { Item } from './item.js';

/** Null where nothing that the report said became another; whether it is confirmed is no part of that. */
export function correctiveLine(before: Item, after: Item): string | null {
  const title = quoted(before.content.title);
  if (after.retracted && !before.retracted) {
    return `A correction: The report ${title}, dated ${dateInWords(before.content.occurred)}, is retracted.`;
  }
  const said = sentences(before, after);
  if (said.length === 0) return null;
  return `A correction: An earlier version of ${title} was wrong. ${said.join(' ')}`;
}

/** Fields that are told in words of their own; the others are only named, and of these what has no words. */
const worded = ['title', 'type', 'quantities', 'occurred', 'mode'];

/** What a reader calls a field, where that is not its name. */
const called = new Map([
  ['reportedAt', 'date of the report'],
  ['timezone', 'time zone'],
  ['phrase', 'words for the date'],
  ['related', 'related reports'],
]);

const reportedAs: Record<Mode, string> = {
  actual: 'something that happened',
  planned: 'planned',
  hypothetical: 'a possibility',
  negated: 'something that did not happen',
};

const isNow: Record<Mode, string> = {
  actual: 'it happened',
  planned: 'it is planned',
  hypothetical: 'it is a possibility',
  negated: 'it did not happen',
};

/** Phases of two words, which their names write as one. */
const spelled = new Map([
  ['inforce', 'in force'],
  ['stooddown', 'stood down'],
]);

function sentences(before: Item, after: Item): string[] {
  const [old, fresh] = [before.content, after.content];
  const said: string[] = [];
  if (old.title !== fresh.title) said.push(`The headline now reads ${quoted(fresh.title)}.`);
  if (before.phase !== after.phase) {
    const [was, is] = [before.phase, after.phase].map((phase) => spelled.get(phase) ?? phase);
    said.push(`The ${before.kind} was reported as ${was}; it is ${is}.`);
  }
  if (old.mode !== fresh.mode) {
    said.push(`It was reported as ${reportedAs[old.mode]}; ${isNow[fresh.mode]}.`);
  }
  const [dated, isDated] = [dateInWords(old.occurred), dateInWords(fresh.occurred)];
  if (dated !== isDated) said.push(`It was dated ${dated}; it is dated ${isDated}.`);
  const quantities = [old.quantities ?? [], fresh.quantities ?? []] as const;
  const told = figures(...quantities);
  said.push(...told);
  const names = [...new Set([...Object.keys(old), ...Object.keys(fresh)])] as (keyof typeof old)[];
  const others = names
    .filter((name) => !worded.includes(name))
    .filter((name) => differ(old[name], fresh[name]))
    .map((name) => called.get(name) ?? name);
  if (hasUntold(...quantities) || (told.length === 0 && differ(...quantities))) {
    others.unshift('details of the figures');
  }
  if (dated === isDated && old.occurred !== fresh.occurred) others.unshift('date');
  if (others.length > 0) said.push(`Also corrected: ${others.join(', ')}.`);
  return said;
}

function differ(old: unknown, fresh: unknown): boolean {
  return JSON.stringify(old) !== JSON.stringify(fresh);
}

/** Whether a figure whose amount stays differs in what stands beside it: words, or the level before. */
function hasUntold(old: Quantity[], fresh: Quantity[]): boolean {
  return namesIn(old, fresh).some((of) => {
    const [was, is] = [about(of, old), about(of, fresh)];
    return amounts(was) === amounts(is) && differ(was, is);
  });
}

function namesIn(...lists: Quantity[][]): string[] {
  return [...new Set(lists.flat().map(({ of }) => of))];
}

function about(of: string, quantities: Quantity[]): Quantity[] {
  return quantities.filter((each) => each.of === of);
}

function amounts(quantities: Quantity[]): string {
  return quantities.map(amount).join(', ');
}

function figures(old: Quantity[], fresh: Quantity[]): string[] {
  return namesIn(old, fresh).flatMap((of) => {
    const [was, is] = [amounts(about(of, old)), amounts(about(of, fresh))];
    if (was === is) return [];
    if (was === '') return [`The figure for ${of}, which was missing, is ${is}.`];
    if (is === '') return [`The figure for ${of}, given as ${was}, is withdrawn.`];
    return [`The figure for ${of} was given as ${was}; it is ${is}.`];
  });
}

function amount({ value, low, high, delta, text, unit }: Quantity): string {
  if (value !== undefined) return `${grouped(value)}${unitOf(value, unit)}`;
  if (low !== undefined) return `${grouped(low)} to ${grouped(high!)}${unitOf(high!, unit)}`;
  if (delta !== undefined) {
    return `${grouped(Math.abs(delta))}${unitOf(delta, unit)} ${delta < 0 ? 'fewer' : 'more'}`;
  }
  return quoted(text!);
}

/** 15000 → 15,000: whatever the machine's language. */
function grouped(number: number): string {
  const [whole, fraction] = String(number).split('.');
  const thousands = whole!.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? thousands : `${thousands}.${fraction}`;
}

/** A unit that is an English word follows its number; a code (USD, km) stays as it is. */
function unitOf(number: number, unit: string | undefined): string {
  if (unit === undefined) return '';
  const isWord = /^[a-z]{3,}$/.test(unit);
  return ` ${isWord && Math.abs(number) !== 1 ? plural(unit) : unit}`;
}

const plurals = new Map([
  ['person', 'people'],
  ['man', 'men'],
  ['woman', 'women'],
  ['child', 'children'],
  ['foot', 'feet'],
]);

/** Of a word that may be one already: who records writes `ship` or `ships`. */
function plural(word: string): string {
  const own = plurals.get(word);
  if (own !== undefined) return own;
  if ([...plurals.values()].includes(word) || /(?:craft|percent|personnel|[^su]s)$/.test(word)) return word;
  if (/(?:s|x|z|ch|sh)$/.test(word)) return `${word}es`;
  return /[^aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`;
}

/** Quotation marks within are single ones. */
function quoted(text: string): string {
  return `“${text.replaceAll('“', '‘').replaceAll('”', '’').replaceAll('"', "'")}”`;
}
