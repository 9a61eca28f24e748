import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { Metafile } from 'esbuild';
import { buildFunctions } from '../../infra/build.ts';
import { bundledPackages, lockedPackages } from '../../infra/bundled-packages.ts';
import { resolveConfiguration } from '../../infra/configuration.ts';
import { catalog } from '../../shared/providers/catalog.ts';
import { temporaryFolder } from '../support/local.ts';

const run = promisify(execFile);
const ROOT = dirname(dirname(import.meta.dirname));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const project = JSON.parse(read('package.json'));
const locked = Object.entries(lockedPackages());

/** Licences that ask for no more than their notice; what is bundled has one of them. */
const LICENCES = ['MIT', 'Apache-2.0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD'];

describe('row 44: what is installed', () => {
  test('row 44: every package is held to its content by the lockfile, and comes from the registry', () => {
    assert.ok(locked.length > 100);
    for (const [folder, { integrity, inBundle, resolved = 'https:' }] of locked) {
      assert.match(resolved, /^https:/, folder);
      // A package that lies in another's archive is held by that one's.
      if (!inBundle) assert.match(integrity ?? '', /^sha512-/, folder);
    }
  });

  test('row 44: versions are exact, and those of the lockfile', () => {
    const { dependencies, devDependencies, optionalDependencies } = project;
    const wanted = { ...dependencies, ...devDependencies, ...optionalDependencies };
    for (const [name, version] of Object.entries(wanted)) {
      assert.match(version as string, /^\d+\.\d+\.\d+$/, name);
      assert.equal(lockedPackages()[`node_modules/${name}`]?.version, version, name);
    }
  });

  test('row 44: every package with an install script is on the list, and none may run it', () => {
    const scripted = locked
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([folder]) => folder.slice(folder.lastIndexOf('node_modules/') + 13));
    assert.deepEqual(Object.keys(project.allowScripts).sort(), [...new Set(scripted)].sort());
    assert.deepEqual([...new Set(Object.values(project.allowScripts))], [false]);
  });

  test('row 44: npm runs no install script that is denied on the list', async (t) => {
    const folder = await temporaryFolder(t);
    const npm = (...parameters: string[]) =>
      run('npm', parameters, { cwd: join(folder, 'project'), shell: process.platform === 'win32' });
    const write = (name: string, content: object) => {
      mkdirSync(join(folder, name), { recursive: true });
      writeFileSync(join(folder, name, 'package.json'), JSON.stringify(content));
    };
    const archive = `file:${join(folder, 'project', 'scripted-1.0.0.tgz')}`;
    write('project', {
      name: 'project',
      dependencies: { scripted: archive },
      allowScripts: { [archive]: false },
    });
    writeFileSync(join(folder, 'project/.npmrc'), read('.npmrc'));
    const { stdout: options } = await npm('install', '--help');
    if (!options.includes('strict-allow-scripts')) return t.skip('this npm knows no allowScripts');
    const ran = join(folder, 'ran');
    write('scripted', {
      name: 'scripted',
      version: '1.0.0',
      scripts: { postinstall: `node -e "require('fs').writeFileSync('${ran}', '')"` },
    });
    await npm('pack', '../scripted', '--ignore-scripts');
    await npm('install', '--offline');
    assert.ok(existsSync(join(folder, 'project/node_modules/scripted')));
    assert.ok(!existsSync(ran));
  });

  test('row 44: the gate installs by the lockfile alone, without install scripts', () => {
    const installs = read('.ci/run').match(/npm (ci|install|i)\b.*/g);
    assert.deepEqual(installs, ['npm ci --ignore-scripts --no-audit --no-fund']);
  });
});

test('row 44: each package in a function has a licence of the allow-list', async (t) => {
  const outdir = await temporaryFolder(t);
  // The whole catalog, so that every hook's packages are there.
  const configuration = resolveConfiguration({ providers: Object.keys(catalog) });
  buildFunctions({ configuration, outdir });
  const packages = bundledPackages(JSON.parse(readFileSync(join(outdir, 'metafile.json'), 'utf8')));
  assert.ok(packages.some(({ name }) => name === 'jose'));
  for (const { name, license = 'none' } of packages) assert.ok(LICENCES.includes(license), name);
});

test('row 44: npm run sbom lists in CycloneDX what is in the bundles', async () => {
  const { stdout } = await run(process.execPath, ['infra/sbom.ts'], { cwd: ROOT });
  const bom = JSON.parse(readFileSync(stdout.trim(), 'utf8'));
  assert.deepEqual([bom.bomFormat, bom.specVersion], ['CycloneDX', '1.6']);
  const components: {
    name: string;
    version: string;
    purl: string;
    hashes: { content: string }[];
  }[] = bom.components;
  const core = components.find(({ name }) => name === '@middy/core')!;
  assert.equal(core.version, project.dependencies['@middy/core']);
  assert.equal(core.purl, `pkg:npm/%40middy/core@${core.version}`);
  assert.match(core.hashes[0]!.content, /^[0-9a-f]{128}$/);
  // Every source that is in a bundle belongs to a component, and every component has one.
  const { outputs }: Metafile = JSON.parse(read('build/sbom/metafile.json'));
  const sources = Object.values(outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([path, { bytesInOutput }]) => path.includes('node_modules/') && bytesInOutput > 0)
    .map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 13));
  const belongs = (path: string, { name }: { name: string }) => path.startsWith(`${name}/`);
  assert.deepEqual(
    sources.filter((path) => !components.some((each) => belongs(path, each))),
    [],
  );
  assert.deepEqual(
    components.filter((each) => !sources.some((path) => belongs(path, each))),
    [],
  );
});
