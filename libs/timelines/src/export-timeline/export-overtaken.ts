/** Redactions kept arriving behind each checkpoint, so none was found of which an archive could account for all holes. */
export class ExportOvertaken extends Error {
  readonly code = 'export-overtaken';
  constructor(
    readonly timeline: string,
    /** Checkpoints that were tried. */
    readonly attempts: number,
  ) {
    super(
      `something of ${timeline} was redacted behind each of ${attempts} checkpoints, so nothing was exported; ` +
        'export again when no redactions are being recorded',
    );
  }
}
