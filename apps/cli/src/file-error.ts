/** Whether it was a file, or another thing of the operating system, that failed: what it says is for whoever named it. */
export function isOfFiles(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
