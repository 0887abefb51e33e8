/** An archive that does not hold what its checkpoint was signed over, or is no archive of a timeline. */
export class ArchiveRefused extends Error {
  readonly code = 'archive-refused';
  constructor(
    reason: string,
    /** The first position that is wrong, where one is. */
    readonly position?: number,
  ) {
    super(position === undefined ? reason : `position ${position}: ${reason}`);
  }
}
