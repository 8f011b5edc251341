/**
 * A hub on this machine that speaks the routes a pull asks for, and misbehaves when told to.
 *
 * Small files are answered at once; large ones by a redirect to a second server, as the hub sends to a
 * store of files elsewhere.
 */
import { createHash } from 'node:crypto';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';

export type FakeRepository = {
  /** Content by name. */
  readonly files: Readonly<Record<string, Buffer>>;
  readonly license?: string;
};

export type HubTrouble =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string }
  /** The connection breaks after so many bytes of a body. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** Sends the whole where a part was asked for. */
  | { readonly kind: 'no_ranges' }
  /** Sends other bytes, as many; or more than there are. */
  | { readonly kind: 'wrong' | 'longer' }
  /** Sends the start of the body and then nothing. */
  | { readonly kind: 'silent' }
  /** Any text in the place of a description. */
  | { readonly kind: 'text'; readonly text: string };

export type SeenHubRequest = {
  /** Whether the hub was asked, or the store it sends to. */
  readonly server: 'hub' | 'store';
  readonly path: string;
  readonly authorization: string | undefined;
  readonly range: string | undefined;
};

export type FakeHub = {
  readonly endpoint: string;
  readonly seen: SeenHubRequest[];
  /** What goes wrong with a request; null for nothing. */
  misbehave: (path: string, index: number) => HubTrouble | null;
  close(): Promise<void>;
};

/** The commit of every repository here. */
export const fakeCommit = 'c0ffee'.padEnd(40, '0');

/** Files from this size on lie in the store. */
const largeBytes = 1000;

/** Starts the hub with repositories by name. */
export async function startFakeHub(
  repositories: Readonly<Record<string, FakeRepository>>,
): Promise<FakeHub> {
  const seen: SeenHubRequest[] = [];
  const answer =
    (server: 'hub' | 'store') =>
    (request: http.IncomingMessage, response: http.ServerResponse): void => {
      const path = decodeURIComponent(request.url ?? '');
      const { authorization, range } = request.headers;
      const index = seen.push({ server, path, authorization, range }) - 1;
      const trouble = hub.misbehave(path, index);
      if (trouble?.kind === 'status') {
        const { status, retryAfter } = trouble;
        response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter });
        response.end('no');
        return;
      }
      const info = /^\/api\/models\/([^/]+\/[^/]+)\/revision\/(.+)\?blobs=true$/u.exec(path);
      const file = /^\/([^/]+\/[^/]+)\/resolve\/([0-9a-f]{40})\/(.+)$/u.exec(path);
      const repository = repositories[(info ?? file)?.[1] ?? ''];
      const isKnown = ['main', 'v1', fakeCommit].includes((info ?? file)?.[2] ?? '');
      const content = file === null ? undefined : repository?.files[file[3] ?? ''];
      if (repository === undefined || !isKnown || (file !== null && content === undefined)) {
        response.writeHead(404).end('not found');
      } else if (content === undefined) {
        const text = trouble?.kind === 'text' ? trouble.text : JSON.stringify(describe(repository));
        response.writeHead(200, { 'content-type': 'application/json' }).end(text);
      } else if (server === 'hub' && content.length >= largeBytes) {
        response.writeHead(302, { location: `${storeAddress}${request.url}` }).end();
      } else send(content, range, trouble, response);
    };
  const [main, store] = [http.createServer(answer('hub')), http.createServer(answer('store'))];
  const [endpoint, storeAddress] = [await listen(main), await listen(store)];
  const hub: FakeHub = {
    endpoint,
    seen,
    misbehave: () => null,
    close: async () => {
      for (const each of [main, store]) {
        each.closeAllConnections();
        await new Promise((resolve) => each.close(resolve));
      }
    },
  };
  return hub;
}

async function listen(server: http.Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function send(
  content: Buffer,
  range: string | undefined,
  trouble: HubTrouble | null,
  response: http.ServerResponse,
): void {
  const from =
    trouble?.kind === 'no_ranges' ? 0 : Number(/^bytes=(\d+)-$/u.exec(range ?? '')?.[1] ?? 0);
  const rest = content.subarray(from);
  const headers =
    from === 0 ? {} : { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` };
  response.writeHead(from === 0 ? 200 : 206, headers);
  if (trouble?.kind === 'cut') {
    response.write(rest.subarray(0, trouble.afterBytes), () => response.destroy());
  } else if (trouble?.kind === 'silent') {
    response.write(rest.subarray(0, 1));
  } else if (trouble?.kind === 'wrong') {
    response.end(Buffer.from(rest.map((byte) => byte ^ 1)));
  } else if (trouble?.kind === 'longer') {
    response.end(Buffer.concat([rest, Buffer.from('and more')]));
  } else response.end(rest);
}

function describe({ files, license }: FakeRepository): object {
  return {
    id: 'fake',
    sha: fakeCommit,
    ...(license === undefined ? {} : { cardData: { license } }),
    siblings: Object.entries(files).map(([rfilename, content]) => ({
      rfilename,
      size: content.length,
      blobId: createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex'),
      ...(content.length < largeBytes
        ? {}
        : {
            lfs: {
              sha256: createHash('sha256').update(content).digest('hex'),
              size: content.length,
              pointerSize: 134,
            },
          }),
    })),
  };
}
