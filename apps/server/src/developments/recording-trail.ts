import type { QueryBus } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import { type Access, type GateAction, type GateEvent, recordGateEvent } from '#libs/access';
import { parseInstant } from '#libs/chronology';
import { isDatabaseAway } from '#libs/database';
import type { NdjsonLine } from '#libs/exchange';
import { GetDevelopment, type ImportStep, type Receipt, wholeSight } from '#libs/timelines';
import { callerOf } from '../access/caller.js';
import { noteRefusedCall } from '../access/note-refused-call.js';
import { EdgeRefusal } from '../http/edge-refusal.js';

/** Types that need a role of their own, as the trail calls them. */
const noted: Record<string, GateAction> = {
  'record.redacted': 'redaction',
  'record.embargo-lifted': 'embargo-lifted',
};

interface Decision {
  action: GateAction;
  target: unknown;
}

type Recorded = Pick<Receipt, 'id' | 'position' | 'recordedAt' | 'duplicate'>;

/**
 * What the trail of the gate keeps of recording: the decisions that not every recorder may make, and imports. A decision
 * is written behind its commit and before its answer; whoever got no answer sends it again, and it is written then.
 */
export class RecordingTrail {
  constructor(
    private readonly access: Access,
    private readonly queries: QueryBus,
    private readonly request: FastifyRequest,
    private readonly timeline: string,
  ) {}

  /** What becomes of developments, passed on once it is kept. @throws what `recording` throws; EdgeRefusal database-away */
  async keep(bodies: unknown[], recording: Promise<Receipt[]>): Promise<Receipt[]> {
    let receipts: Receipt[];
    try {
      receipts = await recording;
    } catch (error) {
      for (const body of bodies) await this.keepEarlier(decisionOf(body), error);
      throw error;
    }
    try {
      for (const [index, receipt] of receipts.entries()) {
        const decision = decisionOf(bodies[index]);
        if (decision) await this.write(decision, receipt);
      }
    } catch (error) {
      const missing = receipts.filter((_, index) => decisionOf(bodies[index]));
      throw isDatabaseAway(error) ? notKept(missing.map(({ id }) => id)) : error;
    }
    return receipts;
  }

  /** An import's lines and what becomes of them, passed on as they come; kept once it is over, however it ends. */
  watch(lines: AsyncIterable<NdjsonLine[]>) {
    const decisions = new Map<number, Decision>();
    let receipts = 0;
    const readLines = async function* () {
      let read = 0;
      for await (const group of lines) {
        for (const line of group) {
          const decision = 'value' in line ? decisionOf(line.value) : undefined;
          if (decision) decisions.set(read, decision);
          read++;
        }
        yield group;
      }
    };
    const watchSteps = async function* (this: RecordingTrail, steps: AsyncGenerator<ImportStep, void, void>) {
      try {
        for await (const step of steps) {
          for (const receipt of step.receipts) {
            const decision = decisions.get(receipts++);
            if (decision) await this.write(decision, receipt);
          }
          if (step.ended) {
            const { error } = step.ended;
            if (codeOf(error) === 'forbidden') noteRefusedCall(this.access, this.request, 'forbidden');
            await this.keepEarlier(decisions.get(receipts), error);
          }
          yield step;
        }
      } finally {
        await this.event({ action: 'import', at: this.access.clock(), detail: { receipts } });
      }
    };
    return { lines: readLines(), steps: watchSteps.bind(this) };
  }

  /** Once, however often it is sent, and in the name of whoever recorded it. */
  private async write({ action, target }: Decision, receipt: Recorded): Promise<void> {
    const { id, position, recordedAt, duplicate } = receipt;
    const { recordedBy } = callerOf(this.request);
    const recorder = duplicate ? (await this.recorded(id)).recordedBy : recordedBy;
    const event = {
      action,
      at: parseInstant(recordedAt)!,
      detail: { id, position, target },
      // From where another key recorded it nobody knows any more.
      ...(recorder !== recordedBy && { keyId: recorder, role: null, address: null, route: null }),
    };
    await this.event(event, `${this.timeline} ${position}`);
  }

  /** A redaction without an id is no duplicate when it comes again: it finds nothing left, and the first is kept then. */
  private async keepEarlier(decision: Decision | undefined, refusal: unknown): Promise<void> {
    if (decision?.action !== 'redaction' || codeOf(refusal) !== 'nothing-to-destroy') return;
    const target = await this.recorded(decision.target as string).catch((error: unknown) => {
      // It came with the very request that is refused.
      if (codeOf(error) !== 'unknown-development') throw error;
    });
    if (target?.redacted) await this.write(decision, { ...target.redacted, duplicate: true });
  }

  private async recorded(id: string) {
    const { timeline } = this;
    const recorded = await this.queries.execute(new GetDevelopment({ timeline, id, sight: wholeSight }));
    return recorded as { recordedBy: string; redacted?: Omit<Recorded, 'duplicate'> };
  }

  private async event(event: Omit<GateEvent, 'keyId'> & Partial<GateEvent>, name?: string): Promise<void> {
    const { keyId = null, role = null } = callerOf(this.request);
    const { ip: address, method, routeOptions } = this.request;
    const route = `${method} ${routeOptions.url}`;
    await recordGateEvent(
      this.access.pool,
      { keyId, role, address, timeline: this.timeline, route, ...event },
      name,
    );
  }
}

function notKept(ids: string[]): EdgeRefusal {
  const detail =
    'This request is recorded, but the trail may lack its redactions and lifted embargoes; ' +
    `send those again, with their ids: ${ids.join(', ')}.`;
  return new EdgeRefusal('database-away', detail);
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code;
}

function decisionOf(body: unknown): Decision | undefined {
  const { type, target } = (body ?? {}) as { type?: unknown; target?: unknown };
  const action = typeof type === 'string' && Object.hasOwn(noted, type) ? noted[type] : undefined;
  return action && { action, target };
}
