import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Browser, chromium, type LaunchOptions } from 'playwright-core';

const NONE = `no browser to test with: the package @sparticuz/chromium brings one for Linux on x64;
elsewhere install Chrome or Chromium, or name its executable in CHROME_PATH`;

/**
 * Starts a headless Chromium with a fresh profile that ends with the test: the one of CHROME_PATH, else
 * the one of the npm package, else an installed one. Every context of it is a browser of its own.
 */
export async function startBrowser(t: Pick<TestContext, 'after'>): Promise<Browser> {
  const browser = await launch();
  t.after(() => browser.close());
  return browser;
}

async function launch(): Promise<Browser> {
  const causes: unknown[] = [];
  for await (const options of candidates()) {
    try {
      return await start(options);
    } catch (cause) {
      causes.push(cause);
    }
  }
  throw new AggregateError(causes, NONE);
}

async function* candidates(): AsyncGenerator<LaunchOptions> {
  const named = process.env['CHROME_PATH'];
  if (named) return yield { executablePath: named };
  if (process.platform === 'linux' && process.arch === 'x64') {
    const folder = await unpack();
    const executablePath = join(folder, 'chromium');
    const env = { ...process.env, FONTCONFIG_FILE: join(folder, 'fonts.conf') };
    yield { executablePath, env };
    // Where NSS and expat are not installed: those that the package brings for Lambda.
    yield { executablePath, env: { ...env, LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') } };
  }
  const executablePath = installed();
  if (executablePath !== undefined) yield { executablePath };
}

// Not the package's own flags: they switch off the web's security, which is what is tested here. No
// sandbox: containers often have none to give, and every page is our own.
const start = (options: LaunchOptions) =>
  chromium.launch({
    headless: true,
    chromiumSandbox: false,
    args: [
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-domain-reliability',
      '--disable-sync',
      '--no-pings',
    ],
    ...options,
  });

/** Unpacks the package's browser, once per installation; two tests that start at once do no harm. */
async function unpack(): Promise<string> {
  const require = createRequire(import.meta.url);
  const home = join(dirname(require.resolve('@sparticuz/chromium')), '..');
  const { version } = require(join(home, 'package.json')) as { version: string };
  const cache = join(home, '..', '..', '.cache');
  const folder = join(cache, `chromium-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const partial = mkdtempSync(`${folder}.`);
  await inflateInto(partial, home);
  // Its own font alone, so that pages look the same on every machine.
  writeFileSync(
    join(partial, 'fonts.conf'),
    `<fontconfig><dir>${folder}/fonts</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>\n`,
  );
  try {
    renameSync(partial, folder);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** The package writes to the folder of temporary files, where anyone could have put something before. */
async function inflateInto(folder: string, home: string): Promise<void> {
  const { inflate } = await import('@sparticuz/chromium');
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  try {
    const archives = ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br'];
    await Promise.all(archives.map((archive) => inflate(join(home, 'bin', archive))));
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}

function installed(): string | undefined {
  const onPath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) =>
      ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser'].map((name) =>
        join(folder, name),
      ),
    );
  return [
    ...onPath,
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    ...['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].map((name) =>
      join(process.env[name] ?? '', 'Google/Chrome/Application/chrome.exe'),
    ),
  ].find((path) => existsSync(path));
}
