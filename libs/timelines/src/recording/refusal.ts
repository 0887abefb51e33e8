import { BoundsError } from '#libs/chronology';
import { ConflictingId, IdTwice, NothingToDestroy, RecordedTooLate, VersionMismatch } from '#libs/ledger';
import {
  DeskRefused,
  KindDefined,
  MatterHasKind,
  RedactionWouldRelease,
  UnknownKind,
  UnknownTarget,
} from '#libs/situations';
import { DevelopmentRefused, type RefusalCode } from '../errors.js';

/** Says where in what was sent the ledger's reason lies; what is no refusal comes back as it is. */
export function refusalOf(cause: unknown, prefix: string): unknown {
  if (cause instanceof ConflictingId) {
    const detail = `${cause.message}; a repeat must have the same content, anything else a new id`;
    return refused(cause.code, `${prefix}/id`, detail);
  }
  if (cause instanceof IdTwice) {
    const detail =
      `the id ${cause.id} stands at /${cause.index} of this request already, with other content; ` +
      'leave one out, or give it a new id';
    return refused(cause.code, `${prefix}/id`, detail);
  }
  if (cause instanceof VersionMismatch) {
    const detail = `${cause.message}; read the matter again and decide anew`;
    return new DevelopmentRefused(
      cause.code,
      [{ pointer: `${prefix}/matter`, detail }],
      cause.currentVersion,
    );
  }
  if (cause instanceof MatterHasKind) return refused(cause.code, `${prefix}/type`, cause.message);
  if (cause instanceof NothingToDestroy) {
    const detail =
      'its content is redacted already, or it is itself a redaction, which stays; name another target';
    return refused(cause.code, `${prefix}/target`, detail);
  }
  if (cause instanceof RecordedTooLate) {
    const detail =
      `${cause.message}: the development would be public at once; where that is right by now, send it again, else the ` +
      'ledger’s time is ahead: have all clocks synchronised, and send it when its embargo is over';
    return refused(cause.code, `${prefix}/embargoedUntil`, detail);
  }
  if (cause instanceof RedactionWouldRelease) {
    const detail = `${cause.message}; hold that development once more, with other words, then redact this decision`;
    return refused(cause.code, `${prefix}/target`, detail);
  }
  if (cause instanceof UnknownKind) return refused(cause.code, `${prefix}/type`, cause.message);
  if (cause instanceof KindDefined) return refused(cause.code, `${prefix}/registry/slug`, cause.message);
  if (cause instanceof UnknownTarget) return refused(cause.code, `${prefix}/target`, cause.message);
  if (cause instanceof DeskRefused) return refused(cause.code, `${prefix}${cause.pointer}`, cause.detail);
  if (cause instanceof BoundsError) return refused(cause.code, `${prefix}/occurred`, cause.detail);
  return cause;
}

function refused(code: RefusalCode, pointer: string, detail: string): DevelopmentRefused {
  return new DevelopmentRefused(code, [{ pointer, detail }]);
}
