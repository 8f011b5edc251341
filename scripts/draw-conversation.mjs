// Draws docs/pictures/conversation-{light,dark}.png: a few turns of a held-out person's conversation
// with the trained policy, the profile beside them, as the report renders them. Needs a run that was
// measured (rlpa demo), a build, and Debian's chromium or the one named by CHROMIUM.
//
//   npm run build && node scripts/draw-conversation.mjs runs/demo
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { composeTalkPage, findTypical, loadHeldOutTalks, pairTalks } from '../dist/report/index.js';

const [directory, from = '1', to = '4'] = process.argv.slice(2);
if (directory === undefined) {
  console.error('Usage: node scripts/draw-conversation.mjs RUN [FIRST-TURN LAST-TURN]');
  process.exit(2);
}

const talks = loadHeldOutTalks(directory);
const person =
  talks === null || talks.after === null ? null : choosePerson(talks.before, talks.after);
if (person === null) {
  console.error(`${directory} keeps no person that was met before and after training.`);
  process.exit(3);
}

/** The person that the report shows. */
function choosePerson(before, after) {
  return findTypical(pairTalks(before.trained, after.trained));
}

const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-picture-')), 'talk.html');
fs.writeFileSync(file, composeTalkPage(person.after, { from: Number(from), to: Number(to) }));
const pictures = path.resolve(import.meta.dirname, '../docs/pictures');
fs.mkdirSync(pictures, { recursive: true });

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
for (const colorScheme of ['light', 'dark']) {
  const page = await browser.newPage({
    viewport: { width: 960, height: 900 },
    deviceScaleFactor: 2,
    colorScheme,
  });
  await page.goto(pathToFileURL(file).href);
  const picture = path.join(pictures, `conversation-${colorScheme}.png`);
  await page.locator('#picture').screenshot({ path: picture });
  console.log(picture);
}
await browser.close();
fs.rmSync(path.dirname(file), { recursive: true });
