import { ArchiveReader, ArchiveRefused } from '#libs/timelines';
import { formatVerifierKey } from '#libs/transparency';
import { isOfFiles } from './file-error.js';
import { Progress } from './progress.js';
import { openInput } from './read-input.js';
import { objectOf, type Refusal, sentenceOf } from './refused-archive.js';

/** Checks an exported file by itself: it needs neither a database nor a secret. */
export async function verifyArchive(file: string, key: string | undefined, json: boolean): Promise<number> {
  const progress = new Progress('checking');
  try {
    const reader = await ArchiveReader.open((await openInput(file)).chunks);
    const { timeline, size, root, signedBy } = reader.head;
    const keys = signedBy.map(formatVerifierKey);
    if (key !== undefined && !keys.includes(key)) {
      throw new ArchiveRefused(
        `its checkpoint is signed by ${keys.join(' and ')}, not by the key that was given`,
      );
    }
    let entries = 0;
    for await (const bundle of reader.bundles()) progress.show((entries += bundle.length), size);
    progress.clear();
    const told = {
      timeline: timeline.slug,
      entries,
      redacted: reader.redacted,
      root: root.toString('base64'),
      keys,
    };
    if (json) console.log(JSON.stringify({ ok: true, ...told }));
    else {
      console.log(
        `${told.timeline}: ${entries} entries, ${told.redacted} of them redacted; root ${told.root}`,
      );
      console.log(
        `signed by ${keys.join(' and ')}${key === undefined ? '; whose key that is, the file cannot tell' : ''}`,
      );
    }
    return 0;
  } catch (error) {
    progress.clear();
    if (!(error instanceof ArchiveRefused) && !isOfFiles(error)) throw error;
    const refused: Refusal = error;
    console.error(`dateline: ${file}: ${sentenceOf(refused)}`);
    if (json) console.log(JSON.stringify({ ok: false, ...objectOf(refused) }));
    return 1;
  }
}
