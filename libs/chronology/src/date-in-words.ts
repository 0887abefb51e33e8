/** Dates as a newsroom prints them: Aug. 26, 2025, for 2025-08-26. */

const months = 'January February March April May June July August September October November December'.split(
  ' ',
);
/** Before a day of the month, as the Associated Press shortens them. */
const shortMonths = 'Jan. Feb. March April May June July Aug. Sept. Oct. Nov. Dec.'.split(' ');

/** What `occurred` says, in words that stand after "dated". */
export function dateInWords(occurred: string): string {
  const [, first, last] = /^\[(.*)\.\.(.*)\]$/.exec(occurred) ?? [];
  if (last !== undefined) {
    return first === '' ? `no later than ${moment(last)}` : `between ${clause(first!)} and ${moment(last)}`;
  }
  const [from, to] = occurred.split('/') as [string, string?];
  if (to === undefined) return moment(from);
  if (isOpen(from)) return `no later than ${isOpen(to) ? 'its publication' : moment(to)}`;
  return isOpen(to) ? `from ${clause(from)} on` : `from ${clause(from)} to ${moment(to)}`;
}

function isOpen(end: string): boolean {
  return end === '' || end === '..';
}

/** One that more follows: the year behind a day stands between commas. */
function clause(text: string): string {
  return moment(text).replace(/, \d{4}$/, '$&,');
}

function moment(text: string): string {
  const [date, time] = text.replace(/[?~%]/g, '').split('T') as [string, string?];
  const about = /[~%]/.test(text) ? 'about ' : '';
  const uncertain = /[?%]/.test(text) ? ' (uncertain)' : '';
  return `${about}${day(date)}${time === undefined ? '' : `, ${clock(time)}`}${uncertain}`;
}

function day(date: string): string {
  const [year, month, dayOfMonth] = date.split('-') as [string, string?, string?];
  if (month === undefined) return year;
  if (dayOfMonth === undefined) return `${months[Number(month) - 1]} ${year}`;
  return `${shortMonths[Number(month) - 1]} ${Number(dayOfMonth)}, ${year}`;
}

/** `14:30:00-04:00` → 14:30 UTC-04:00. */
function clock(time: string): string {
  const [, minutes, seconds = '', offset = ''] = /^(\d\d:\d\d)(:\d\d)?(.*)$/.exec(time)!;
  const zone = offset === '' ? '' : offset === 'Z' ? ' UTC' : ` UTC${offset}`;
  return `${minutes}${seconds === ':00' ? '' : seconds}${zone}`;
}
