/** A Postgres of Debian's package for the tests: its own folder, a socket and a port of its own, gone afterwards. */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';

export type TestPostgres = {
  readonly url: string;
  createDatabase(): string;
  stop(): Promise<void>;
};

/** Folder of the server's programs; null where it is not installed. */
export function findPostgres(): string | null {
  const root = '/usr/lib/postgresql';
  if (!fs.existsSync(root)) return null;
  const versions = fs.readdirSync(root).sort((a, b) => Number(b) - Number(a));
  const found = versions.map((version) => path.join(root, version, 'bin'));
  return found.find((folder) => fs.existsSync(path.join(folder, 'initdb'))) ?? null;
}

/** Starts it. It does not run as root, so there it runs as the package's own user. */
export async function startPostgres(programs: string): Promise<TestPostgres> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-postgres-'));
  const owner = findOwner();
  if ('uid' in owner) fs.chownSync(folder, owner.uid, owner.gid);
  const data = path.join(folder, 'data');
  execFileSync(
    path.join(programs, 'initdb'),
    ['-D', data, '-U', 'rlpa', '--auth=trust', '--no-sync', '-E', 'UTF8', '--no-locale'],
    { ...owner, stdio: 'ignore', cwd: folder },
  );
  const port = await findPort();
  const args = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-F'];
  const server = spawn(path.join(programs, 'postgres'), args, {
    ...owner,
    stdio: 'ignore',
    cwd: folder,
  });
  await waitFor(programs, port, server);
  let databases = 0;
  const url = (name: string): string => `postgres://rlpa@127.0.0.1:${port}/${name}`;
  return {
    url: url('postgres'),
    createDatabase: () => {
      databases += 1;
      const name = `test_${databases}`;
      const address = ['-h', '127.0.0.1', '-p', String(port), '-U', 'rlpa'];
      execFileSync(path.join(programs, 'createdb'), [...address, name], { cwd: folder });
      return url(name);
    },
    stop: async () => {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGINT');
      await ended;
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

function findOwner(): { readonly uid: number; readonly gid: number } | Record<string, never> {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres']).toString());
  return { uid: id('-u'), gid: id('-g') };
}

function findPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Waits until it takes connections: that its port is open says only that it is starting. */
async function waitFor(programs: string, port: number, server: ChildProcess): Promise<void> {
  const ask = ['-q', '-h', '127.0.0.1', '-p', String(port)];
  while (spawnSync(path.join(programs, 'pg_isready'), ask).status !== 0) {
    if (server.exitCode !== null) throw new Error(`Postgres ended with ${server.exitCode}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
