/** As `ArchiveRefused` has it, or what a file system says. */
export interface Refusal {
  message: string;
  position?: number | undefined;
}

/** What is wrong with an archive, and what to do about it where that is no matter of the key or the command. */
export function sentenceOf({ message, position }: Refusal): string {
  if (position === undefined) return message;
  return `${message}. Get it anew from whoever exported it; if that is refused too, have them verify the timeline`;
}

/** The same for `--json`. */
export function objectOf({ message, position }: Refusal): object {
  return { error: message, ...(position !== undefined && { position }) };
}
