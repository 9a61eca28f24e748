import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildFunctions } from './build.ts';
import { type BundledPackage, bundledPackages } from './bundled-packages.ts';
import { readConfigurationInput, resolveConfiguration } from './configuration.ts';

/**
 * `npm run sbom`: the software bill of materials of the functions that `cdk.json` describes, in
 * CycloneDX 1.6. It lists what is in the bundles, which is less than what is installed; without time
 * and serial number, so that the same sources give the same bytes.
 */
const ROOT = dirname(import.meta.dirname);
const outdir = join(ROOT, 'build/sbom');
const target = join(ROOT, 'build/sbom.cdx.json');

const configuration = resolveConfiguration(readConfigurationInput(join(ROOT, 'cdk.json')));
buildFunctions({ configuration, outdir });
const packages = bundledPackages(JSON.parse(readFileSync(join(outdir, 'metafile.json'), 'utf8')));
const project = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const bom = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  metadata: { component: { type: 'application', ...identified(project), ...licensed(project) } },
  components: packages.map((each) => ({
    type: 'library',
    ...identified(each),
    ...licensed(each),
    hashes: [hashOf(each)],
  })),
  dependencies: [{ ref: purl(project), dependsOn: packages.map(purl) }],
};
writeFileSync(target, `${JSON.stringify(bom, null, 2)}\n`);
console.log(target);

function identified(each: Pick<BundledPackage, 'name' | 'version'>) {
  return { 'bom-ref': purl(each), name: each.name, version: each.version, purl: purl(each) };
}

function licensed({ license }: Pick<BundledPackage, 'license'>) {
  return license === undefined ? {} : { licenses: [{ expression: license }] };
}

/** Package URL: the `@` of a scope is escaped, the one before the version is not. */
function purl({ name, version }: Pick<BundledPackage, 'name' | 'version'>): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

function hashOf({ name, integrity = '' }: BundledPackage) {
  const [algorithm, content] = integrity.split('-');
  if (algorithm !== 'sha512') throw new Error(`${name}: expected sha512 in the lockfile`);
  return { alg: 'SHA-512', content: Buffer.from(content!, 'base64').toString('hex') };
}
