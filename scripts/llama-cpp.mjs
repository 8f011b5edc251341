/**
 * llama.cpp as a peer: `llama-cpp-python`, built from source by `uv` into a folder of its own (RLPA_PEERS, by
 * default in the system's folder for temporary files), and SmolLM2 as the model both sides open.
 */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const release = '0.3.36';
const peers = process.env.RLPA_PEERS ?? path.join(os.tmpdir(), 'rlpa-peers');
const environment = path.join(peers, 'llama-cpp-python');
const models =
  process.env.RLPA_TEST_MODELS ?? path.join(import.meta.dirname, '../../shared/models');

/** The Python that has it. */
export const python = path.join(environment, 'bin', 'python');

/** The model that is taken where none is named. */
export const smolFile = path.join(
  models,
  'SmolLM2-135M-Instruct',
  'SmolLM2-135M-Instruct.Q4_1.gguf',
);

/** What is missing for the model and the peer, as a sentence; null where all is there. */
export function findMissing(model) {
  if (!fs.existsSync(model)) {
    return `no model at ${model}; name a GGUF file or set RLPA_TEST_MODELS`;
  }
  if (fs.existsSync(python)) return null;
  for (const program of ['uv', 'c++']) {
    try {
      execFileSync(program, ['--version'], { stdio: 'ignore' });
    } catch {
      return `${program} is not installed, which builds llama-cpp-python`;
    }
  }
  return null;
}

/** Builds it once, which takes minutes; a build that was broken off is made anew. */
export function buildLlamaCpp() {
  const entry = path.join(environment, 'built');
  if (fs.existsSync(entry)) return;
  console.log(`building llama-cpp-python ${release} into ${environment}; this takes minutes`);
  fs.mkdirSync(peers, { recursive: true });
  execFileSync('uv', ['venv', '--clear', environment], { stdio: 'inherit' });
  const wanted = `llama-cpp-python[server]==${release}`;
  const args = ['pip', 'install', '--python', python, '--no-binary', 'llama-cpp-python', wanted];
  // AVX2 and what came with it, not all that this processor says it has: that has crashed (AMX).
  const env = { ...process.env, CMAKE_ARGS: '-DGGML_NATIVE=OFF', UV_NO_CACHE: '1' };
  execFileSync('uv', args, { stdio: 'inherit', env });
  fs.writeFileSync(entry, `${release}\n`);
}
