/** Training runs of this machine, as they go on; each opens its report with curves and conversations. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { RunOverview } from '../../src/report/serve/run-overview.ts';
import { ApiError } from '../../src/client/client.ts';
import { attempt } from './session.ts';

/** Null before the first look; a server with keys keeps its runs to itself. */
const runs = signal<readonly RunOverview[] | 'not shown' | null>(null);
/** Milliseconds between two looks. */
const lookEveryMs = 5000;

async function look(): Promise<void> {
  const answer = await fetch('./runs/');
  if (!answer.ok && answer.status !== 404) throw new ApiError(answer.status, null);
  runs.value = answer.ok ? ((await answer.json()) as { runs: RunOverview[] }).runs : 'not shown';
}

export function RunsView(): JSX.Element {
  useEffect(() => {
    void attempt(look);
    const timer = setInterval(() => void attempt(look), lookEveryMs);
    return (): void => clearInterval(timer);
  }, []);
  return (
    <main class="runs">
      <h2>Training runs</h2>
      <p class="soft">
        A policy learns in conversations with simulated people. Each run opens its report: curves
        that follow it while it goes on, and conversations before and after.
      </p>
      <RunsList found={runs.value} />
    </main>
  );
}

function RunsList({ found }: { readonly found: typeof runs.value }): JSX.Element | null {
  if (found === null) return null;
  if (found === 'not shown') {
    return (
      <p>
        A server that asks for keys shows no training runs. On its machine,{' '}
        <code>npx rlpa report RUN --serve</code> opens one.
      </p>
    );
  }
  if (found.length === 0) {
    return (
      <p>
        There is no run here. <code>npm run demo</code> trains one in some minutes.
      </p>
    );
  }
  return (
    <ul class="run-list">
      {found.map((run) => (
        <li key={run.name} class="run">
          <h3>
            <a href={`./runs/${encodeURIComponent(run.name)}/`}>{run.name}</a>
          </h3>
          <p class="soft">
            {run.finished ? 'finished' : 'not finished'}, {run.iterations} iterations
          </p>
          {run.curve.length > 1 && <Curve values={run.curve} name={run.name} />}
          <dl>
            {run.figures.map(({ label, before, after, detail }) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>
                  {before} → <strong>{after}</strong> <span class="soft">{detail}</span>
                </dd>
              </div>
            ))}
          </dl>
        </li>
      ))}
    </ul>
  );
}

function Curve({
  values,
  name,
}: {
  readonly values: readonly number[];
  readonly name: string;
}): JSX.Element {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const points = values.map((value, index) => {
    const x = (300 * index) / (values.length - 1);
    return `${x.toFixed(1)},${(56 - (52 * (value - low)) / (high - low || 1)).toFixed(1)}`;
  });
  const told = `Alignment of ${name} by iteration, from ${values[0]?.toFixed(2)} to ${values.at(-1)?.toFixed(2)}`;
  return (
    <figure>
      <svg viewBox="0 0 300 60" role="img" aria-label={told}>
        <polyline points={points.join(' ')} />
      </svg>
      <figcaption class="soft">
        alignment in training, {values[0]?.toFixed(2)} to {values.at(-1)?.toFixed(2)}
      </figcaption>
    </figure>
  );
}
