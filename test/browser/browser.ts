/** Opens pages in Debian's chromium, or the one named by CHROMIUM, and gathers what goes wrong in them. */
import * as path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Starts the browser; `--no-sandbox` because tests run as root in containers. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

export type OpenOptions = {
  readonly width?: number;
  readonly colorScheme?: 'light' | 'dark';
};

export type OpenedPage = {
  readonly page: Page;
  /** Errors of scripts, and what the content policy refused. */
  readonly faults: readonly string[];
};

/** Opens an address at a width of screen. */
export async function openPage(
  browser: Browser,
  address: string,
  { width = 1440, colorScheme = 'light' }: OpenOptions = {},
): Promise<OpenedPage> {
  const viewport = { width, height: width < 500 ? 844 : 800 };
  const page = await browser.newPage({ viewport, colorScheme });
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(address);
  return { page, faults };
}

/** Keeps a picture of a page in the folder that RLPA_PICTURES names, where it names one. */
export async function take(page: Page, name: string): Promise<void> {
  const folder = process.env['RLPA_PICTURES'];
  if (folder !== undefined) await page.screenshot({ path: path.join(folder, `${name}.png`) });
}
