import { Injectable, type PipeTransform } from '@nestjs/common';
import { UnknownTimeline } from '#libs/ledger';
import { slugPattern } from '#libs/timelines';
import { EdgeRefusal } from './edge-refusal.js';

const id = /^[!-~]{1,128}$/;

/** A timeline's slug in a path. What cannot be one is not there, like one that nobody made. */
@Injectable()
export class TimelineSlug implements PipeTransform<string, string> {
  transform(text: string): string {
    return timelineSlug(text);
  }
}

export function isTimelineSlug(text: string): boolean {
  return slugPattern.test(text);
}

/** @throws UnknownTimeline */
export function timelineSlug(text: string): string {
  if (isTimelineSlug(text)) return text;
  throw new UnknownTimeline(text);
}

@Injectable()
export class MatterSlug implements PipeTransform<string, string> {
  transform(text: string): string {
    if (slugPattern.test(text)) return text;
    throw new EdgeRefusal(
      'not-found',
      'That cannot be the slug of a matter: a-z, 0-9 and hyphen alone stand in one.',
    );
  }
}

/** The id of a key, which is no secret. */
@Injectable()
export class KeyId implements PipeTransform<string, string> {
  transform(text: string): string {
    if (/^[0-9A-Za-z]{16}$/.test(text)) return text;
    throw new EdgeRefusal('not-found', 'That cannot be the id of a key: 16 letters and digits stand in one.');
  }
}

@Injectable()
export class RegistrySlug implements PipeTransform<string, string> {
  transform(text: string): string {
    if (slugPattern.test(text)) return text;
    throw new EdgeRefusal(
      'not-found',
      'That cannot be the slug of an actor or a place: a-z, 0-9 and hyphen alone stand in one.',
    );
  }
}

@Injectable()
export class DevelopmentId implements PipeTransform<string, string> {
  transform(text: string): string {
    if (id.test(text)) return text;
    throw new EdgeRefusal(
      'not-found',
      'That cannot be an id: 1 to 128 of the characters ! to ~ stand in one.',
    );
  }
}
