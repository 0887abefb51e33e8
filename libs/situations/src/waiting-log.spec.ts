import { describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { indexPage } from './log-index.js';
import { WaitingLog } from './waiting-log.js';

describe('a log that is to be indexed', () => {
  it('is due in whole pages while more comes in bulk, and to its end when nothing more is on its way', () => {
    const log = waiting(100);
    take(log, 100, indexPage - 1);
    expect(log.due).toBeUndefined();
    take(log, 100 + indexPage - 1, 2);
    expect(log.due).toBe(100 + indexPage);
    log.rest();
    expect(log.due).toBe(101 + indexPage);
    take(log, 101 + indexPage, 1);
    expect(log.due).toBe(100 + indexPage);
  });

  it('keeps what is recorded otherwise only right behind what came in bulk, and no more than a page of it', () => {
    const log = waiting(0);
    take(log, 0, 10, false);
    expect(log.keepsRows).toBe(false);
    take(log, 0, 1);
    take(log, 1, indexPage, false);
    expect(log.due).toBe(indexPage);
    take(log, 1 + indexPage, 1, false);
    log.rest();
    expect(log.due).toBe(1 + indexPage);
    const gap = waiting(0);
    take(gap, 0, 1);
    take(gap, 2, 1, false);
    gap.rest();
    expect(gap.due).toBe(1);
  });

  it('is due to its end when nobody has recorded for a while, or very much waits', () => {
    jest.useFakeTimers();
    try {
      const log = waiting(7);
      log.grow(9);
      jest.advanceTimersByTime(400);
      log.grow(8);
      jest.advanceTimersByTime(400);
      expect(log.due).toBeUndefined();
      jest.advanceTimersByTime(100);
      expect(log).toMatchObject({ due: 9, isDone: false });
      log.grow(60_000);
      expect(log.due).toBe(60_000);
    } finally {
      jest.useRealTimers();
    }
  });
});

/** It asks its pool nothing before it is indexed. */
const waiting = (size: number) => new WaitingLog(new pg.Pool(), 't', size);

function take(log: WaitingLog, from: number, count: number, bulk = true): void {
  const row = { earliest: null, latest: null, matter: 'm', begins: null, terms: [] };
  const rows = () => Array.from({ length: count }, (_, index) => ({ ...row, position: from + index }));
  log.take({ from, bulk, rows });
}
