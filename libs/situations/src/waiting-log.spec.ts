import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { indexPage } from './log-index.js';
import { WaitingLog } from './waiting-log.js';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('a log that is to be indexed', () => {
  it('is due in whole pages while more comes in bulk, and to its end when nothing more has come for a moment', () => {
    const log = waiting(100);
    take(log, 100, indexPage - 1);
    expect(log.due).toBeUndefined();
    take(log, 100 + indexPage - 1, 2);
    expect(log.due).toBe(100 + indexPage);
    log.rest();
    expect(log.due).toBe(100 + indexPage);
    jest.advanceTimersByTime(50);
    expect(log.due).toBe(101 + indexPage);
    take(log, 101 + indexPage, 1);
    jest.advanceTimersByTime(50);
    expect(log.due).toBe(100 + indexPage);
  });

  it('keeps what is recorded otherwise only right behind what came in bulk, and no more than a page of it', () => {
    const log = waiting(0);
    take(log, 0, 10, false);
    expect(log.rowsKept).toBe(0);
    take(log, 0, 1);
    take(log, 1, indexPage, false);
    take(log, 1 + indexPage, 1, false);
    expect(log.rowsKept).toBe(1 + indexPage);
    const gap = waiting(0);
    take(gap, 0, 1);
    take(gap, 2, 1, false);
    expect(gap.rowsKept).toBe(1);
  });

  it('is due to its end when nobody has recorded for a while, or very much waits', () => {
    const log = waiting(7);
    log.grow(9);
    jest.advanceTimersByTime(400);
    expect(log.due).toBeUndefined();
    log.grow(10);
    jest.advanceTimersByTime(400);
    // Told late: nothing that it does not know.
    log.grow(9);
    expect(log.due).toBeUndefined();
    jest.advanceTimersByTime(100);
    expect(log).toMatchObject({ due: 10, isDone: false });
    log.grow(60_000);
    expect(log.due).toBe(60_000);
  });

  it('that fails is not tried again for each page that comes, only when it is left alone', async () => {
    const log = waiting(0);
    take(log, 0, indexPage);
    await expect(log.indexDue()).rejects.toThrow();
    expect(log.rowsKept).toBe(0);
    take(log, indexPage, indexPage);
    expect(log).toMatchObject({ rowsKept: 0, due: undefined });
    jest.advanceTimersByTime(500);
    log.grow(3 * indexPage);
    jest.advanceTimersByTime(500);
    expect(log.due).toBe(3 * indexPage);
  });
});

/** Of a database that nobody can connect to. */
const waiting = (size: number) => new WaitingLog(new pg.Pool({ host: '/nowhere' }), 't', size);

function take(log: WaitingLog, from: number, entries: number, bulk = true): void {
  const row = { earliest: null, latest: null, matter: 'm', begins: null, terms: [] };
  const rows = () => Array.from({ length: entries }, (_, index) => ({ ...row, position: from + index }));
  const written = { from, bulk, entries, rows };
  if (log.wants(written)) log.keep(written);
}
