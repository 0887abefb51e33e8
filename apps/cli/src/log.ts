/** What the libraries warn of stands on stderr beside a command's answer; what they only tell is left out. */
export const log = { info: () => undefined, warn: (message: string) => console.error(message) };
