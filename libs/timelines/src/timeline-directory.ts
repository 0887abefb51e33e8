import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { UnknownTimeline } from '#libs/ledger';
import { READERS } from './tokens.js';

/** What a timeline is; none of it changes once it is made. */
export interface Timeline {
  slug: string;
  title: string;
  /** IANA zone in which its days begin. */
  timezone: string;
  visibility: 'public' | 'private';
}

/** Timelines kept in memory. */
const kept = 10_000;

/** The timelines by slug. Only those that exist are remembered: a new one is seen at once. */
@Injectable()
export class TimelineDirectory {
  private readonly known = new Map<string, Timeline>();

  constructor(@Inject(READERS) private readonly readers: Pool) {}

  /** @throws UnknownTimeline */
  async find(slug: string): Promise<Timeline> {
    const timeline = this.known.get(slug) ?? (await this.lookUp(slug));
    if (!timeline) throw new UnknownTimeline(slug);
    return timeline;
  }

  /**
   * Whether everybody may read it. A private one is looked up each time, as one that does not exist is: the time that
   * the answer takes tells nothing.
   */
  async isPublic(slug: string): Promise<boolean> {
    const known = this.known.get(slug);
    const timeline = known?.visibility === 'public' ? known : await this.lookUp(slug);
    return timeline?.visibility === 'public';
  }

  private async lookUp(slug: string): Promise<Timeline | undefined> {
    const { rows } = await this.readers.query<Timeline>({
      name: 'find-timeline',
      text: 'select slug, title, timezone, visibility from timeline where slug = $1',
      values: [slug],
    });
    if (!rows[0]) return undefined;
    if (this.known.size >= kept) this.known.clear();
    this.known.set(slug, rows[0]);
    return rows[0];
  }
}
