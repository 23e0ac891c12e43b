// npm run package: builds, and packs out/package/transferlens-TARGET-VERSION.vsix for this machine.
//   --target T   for another platform (several times for several), or `all`
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Target, targets, thisTarget } from './lib/nativeModules.js';
import { root } from './lib/root.js';
import { endWithNpm, fail, npm, Problem, run, runQuietly } from './lib/run.js';
import { megabytes, stage } from './lib/stage.js';

const packer = join(root, 'scripts/vsce');
const out = join(root, 'out/package');

/** Bytes that a VSIX may have. */
const ceiling = 60e6;

async function main(): Promise<void> {
  endWithNpm();
  const wanted = chosenTargets();
  if ((await run(process.execPath, ['esbuild.mjs'], { cwd: root })) !== 0)
    throw new Problem('The build failed; the reason is above.');
  await npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: packer });
  for (const target of wanted) await pack(target);
}

function chosenTargets(): Target[] {
  const { values } = parseArgs({ options: { target: { type: 'string', multiple: true } } });
  const named = values.target ?? [thisTarget ?? `${process.platform}-${process.arch}`];
  if (named.includes('all')) return [...targets];
  return named.map(name => {
    const target = targets.find(known => known === name);
    if (!target) throw new Problem(`No target "${name}"; there are ${targets.join(', ')}, all.`);
    return target;
  });
}

async function pack(target: Target): Promise<void> {
  const folder = join(out, target);
  await stage(target, folder);
  const { name, version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const file = join(out, `${name}-${target}-${version}.vsix`);
  const options = [
    ...['--target', target, '--out', file],
    ...['--no-dependencies', '--allow-missing-repository'],
  ];
  const vsce = join(packer, 'node_modules/@vscode/vsce/vsce');
  await runQuietly(process.execPath, [vsce, 'package', ...options], { cwd: folder });
  const { size } = await stat(file);
  if (size > ceiling)
    throw new Problem(`${file}: ${megabytes(size)}, more than ${megabytes(ceiling)}`);
  console.log(`${file} (${megabytes(size)})`);
}

main().catch(fail);
