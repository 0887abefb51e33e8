/** Why a command could not be done, for people and for programs. @returns the exit code */
export function tellFailure(reason: string, json: boolean): number {
  console.error(`dateline: ${reason}`);
  if (json) console.log(JSON.stringify({ error: reason }));
  return 1;
}
