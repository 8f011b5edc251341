/** What a hub answers to a pull: odd descriptions, other content, refusals, connections that break. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import { afterAll } from 'vitest';
import { fakeCommit, startFakeHub, type HubTrouble } from '../fake-server/fake-hub.ts';
import { writeOutsideModel } from '../fixtures/outside-model.ts';
import { checkCases } from './check-cases.ts';
import { oddTexts, oddValues } from './values.ts';

const source = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-hub-'));
writeOutsideModel(source, 512);
const files = Object.fromEntries(
  fs.readdirSync(source).map((name) => [name, fs.readFileSync(path.join(source, name))]),
);
fs.rmSync(source, { recursive: true });

const hub = await startFakeHub({ 'some/model': { files, license: 'mit' } });
// Read by the process that runs the cases, which starts with the first of them.
process.env['HF_ENDPOINT'] = hub.endpoint;
process.env['HF_HOME'] = path.join('..', '..', 'case', 'hf');
process.env['HF_TOKEN'] = 'hf_never_shown';
afterAll(() => hub.close());

const odd = fc.oneof(oddValues, oddTexts);

/** A description in which one part is odd. */
const descriptions = fc
  .record({
    sha: fc.oneof(fc.constant<unknown>(fakeCommit), odd),
    cardData: fc.oneof(fc.constant<unknown>({ license: 'mit' }), odd),
    siblings: fc.oneof(
      odd,
      fc.array(
        fc.record({
          rfilename: fc.oneof(
            fc.constantFrom<unknown>(...Object.keys(files), '../x', 'model.gguf', '/etc/passwd'),
            odd,
          ),
          size: fc.oneof(fc.constantFrom<unknown>(0, 5, 2 ** 50, -1), odd),
          blobId: fc.oneof(fc.constantFrom<unknown>('a'.repeat(40), '../../x'), odd),
          lfs: fc.oneof(
            fc.constantFrom<unknown>(null, { sha256: 'a'.repeat(64), size: 10, pointerSize: 1 }),
            odd,
          ),
        }),
        { maxLength: 4 },
      ),
    ),
  })
  .map((description) => JSON.stringify(description) ?? '');

const troubles: fc.Arbitrary<HubTrouble | null> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(null) },
  {
    weight: 5,
    arbitrary: fc.oneof(descriptions, oddTexts).map((text) => ({ kind: 'text' as const, text })),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('status' as const),
      status: fc.constantFrom(204, 301, 400, 401, 403, 404, 416, 429, 500, 503),
      retryAfter: fc.constantFrom('0', '0.01'),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom<HubTrouble>({ kind: 'wrong' }, { kind: 'longer' }) },
  { weight: 1, arbitrary: fc.constant<HubTrouble>({ kind: 'no_ranges' }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('cut' as const), afterBytes: fc.nat(5000) }),
  },
);

const names = fc.oneof(
  { weight: 6, arbitrary: fc.constant('hf:some/model') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('hf:some/other', 'hf:some/model@v2', 'hf:some/model:a.gguf'),
  },
  {
    weight: 1,
    arbitrary: oddTexts.filter((text) => text.trim() !== '').map((text) => `hf:${text}`),
  },
);

checkCases<{
  readonly trouble: HubTrouble | null;
  readonly from: number;
  readonly name: string;
  readonly isScored: boolean;
}>({
  name: 'hubs',
  share: 0.05,
  cases: fc.record({ trouble: troubles, from: fc.nat(6), name: names, isScored: fc.boolean() }),
  prepare: async ({ trouble, from, name, isScored }, places) => {
    let count = 0;
    // What breaks every connection before its first byte is waited for; that is tested elsewhere.
    hub.misbehave = () => ((count += 1) - 1 === from || trouble?.kind === 'text' ? trouble : null);
    const ids = path.join(places.case, 'ids.json');
    fs.writeFileSync(ids, '{"input_ids": [[1, 2, 3]]}');
    const score = ['score', '--model', name, '--ids', ids, '--threads', '1'];
    return { args: isScored ? score : ['models', 'pull', name], input: '' };
  },
});
