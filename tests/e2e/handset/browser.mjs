// Debian's Chromium (env CHROMIUM), driven by playwright-core.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { packages } from '../support/packages.mjs';

const { chromium } = packages('playwright-core');

// Started by root it needs --no-sandbox; the other flags keep it from calling home.
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];

// A page whose errors, and whose requests to anybody else, fail the test: see problems().
export async function openPage(t, { colorScheme = 'light', width = 1240, height = 860 } = {}) {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, headless: true, args: flags });
  t.after(() => browser.close());
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, locale: 'en-GB' });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const problems = [];
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const own = /^(data|blob):/.test(request.url()) || new URL(request.url()).hostname === '127.0.0.1';
    if (!own) problems.push(`a request to ${new URL(request.url()).host}`);
    if (request.url().includes('cvno_')) problems.push('a key in an address');
  });
  return { page, problems };
}

export async function keepScreenshot(page, name) {
  const folder = process.env.CLOUDVNO_SCREENSHOTS;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
