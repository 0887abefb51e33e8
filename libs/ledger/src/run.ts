/**
 * Groups of one sender that are appended one behind the other, as though they were one that is never finished: a
 * refused proposal ends the run right there. What stands before it stays, nothing behind it is appended, also not
 * from groups that wait already.
 */
export class Run {
  ended = false;
}
