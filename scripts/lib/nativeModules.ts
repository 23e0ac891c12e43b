import { copyFile, cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './root.js';
import { npm } from './run.js';

/** Platforms that every native module has binaries for, as VS Code names them. */
export const targets = [
  'linux-x64',
  'linux-arm64',
  'darwin-arm64',
  'win32-x64',
  'win32-arm64',
] as const;
export type Target = (typeof targets)[number];

/** This machine, if it is one of them. */
export const thisTarget = targets.find(name => name === `${process.platform}-${process.arch}`);

/**
 * Binaries of ONNX Runtime that are left out: DirectML, which its library loads when that provider is asked for and
 * we never ask, and a second copy of the library under a name that nothing links to.
 */
const unused = /^(DirectML|dxcompiler|dxil)\.dll$|^libonnxruntime\.\d+\.\d+\.\d+\.dylib$/;

/** For each package that is shipped as it is: which of its files run, by path. */
function shipped(target: Target): Record<string, RegExp> {
  const code = /^(package\.json|LICENSE.*|.*\.c?js)$/;
  const binaries = /^(package\.json|README\.md|LICENSE|versions\.json|index\.cjs|lib\/[^/]*)$/;
  const [platform, arch] = target.split('-');
  const packages: Record<string, RegExp> = {
    'onnxruntime-node': new RegExp(
      `^(package\\.json|dist/.*\\.js|bin/napi-v6/${platform}/${arch}/.*)$`,
    ),
    'onnxruntime-common': /^(package\.json|dist\/cjs\/.*\.(js|json))$/,
    sharp: /^(package\.json|LICENSE|dist\/.*\.[cm]js)$/,
    'detect-libc': code,
    semver: code,
    '@img/colour': code,
    [`@img/sharp-${target}`]: binaries,
  };
  // Windows has libvips in the same package as sharp.
  if (platform !== 'win32') packages[`@img/sharp-libvips-${target}`] = binaries;
  return packages;
}

/**
 * Copies the native modules of one platform into `to`, a node_modules folder.
 * @returns the packages' own folders, complete
 */
export async function stageNativeModules(target: Target, to: string): Promise<string[]> {
  const modules = await modulesOf(target);
  const packages = Object.entries(shipped(target));
  for (const [name, wanted] of packages)
    for (const entry of await readdir(join(modules, name), {
      recursive: true,
      withFileTypes: true,
    })) {
      const path = join(entry.parentPath, entry.name);
      const inside = path.slice(join(modules, name).length + 1).replaceAll('\\', '/');
      if (!entry.isFile() || !wanted.test(inside) || unused.test(entry.name)) continue;
      await cp(path, join(to, name, inside));
    }
  return packages.map(([name]) => join(modules, name));
}

/** A node_modules folder with the locked packages of a platform: this checkout's, or one that npm fills. */
async function modulesOf(target: Target): Promise<string> {
  if (target === thisTarget) return join(root, 'node_modules');
  const folder = join(root, 'out/package/modules', target);
  await mkdir(folder, { recursive: true });
  for (const file of ['package.json', 'package-lock.json', '.npmrc'])
    await copyFile(join(root, file), join(folder, file));
  const [os, cpu] = target.split('-');
  const platform = [`--os=${os}`, `--cpu=${cpu}`, ...(os === 'linux' ? ['--libc=glibc'] : [])];
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  await npm(['ci', '--omit=dev', ...platform, ...quiet], { cwd: folder });
  return join(folder, 'node_modules');
}
