import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Notary } from '#libs/notary';
import { TimelineDirectory } from '../timeline-directory.js';
import { NOTARY } from '../tokens.js';

/** The verifier keys of a timeline's log: the current one first, then all that it was ever signed with. */
export class ListLogKeys extends Query<string[]> {
  constructor(readonly timeline: string) {
    super();
  }
}

@QueryHandler(ListLogKeys)
export class ListLogKeysHandler implements IQueryHandler<ListLogKeys> {
  constructor(
    @Inject(NOTARY) private readonly notary: Notary,
    private readonly directory: TimelineDirectory,
  ) {}

  /** @throws UnknownTimeline */
  async execute({ timeline }: ListLogKeys): Promise<string[]> {
    const { slug } = await this.directory.find(timeline);
    return this.notary.verifierKeys(slug);
  }
}
