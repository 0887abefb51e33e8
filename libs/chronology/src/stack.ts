/** An immutable list with its last element on top: putting one on costs the same however long it is. */
export type Stack<T> = { readonly top: T; readonly below: Stack<T> } | null;

/** From the bottom to the top. */
export function listOf<T>(stack: Stack<T>): T[] {
  const list: T[] = [];
  for (let each = stack; each !== null; each = each.below) list.push(each.top);
  return list.reverse();
}
