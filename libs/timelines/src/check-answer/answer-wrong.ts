/** Why an answer does not prove what it says. */
export class AnswerWrong extends Error {
  readonly code = 'answer-wrong';
  constructor(
    reason: string,
    /** Of the entry at which it shows. */
    readonly position?: number,
  ) {
    super(position === undefined ? reason : `position ${position}: ${reason}`);
  }
}
