/**
 * Which processors the installed runtime can compute on.
 *
 * `cpu` is the only one that is tested. The others are passed on to the runtime as they are, with
 * the CPU behind them for operations they lack; nobody has tried them with these graphs.
 */
import { ConfigError } from '../../base/index.ts';

/** Names of execution providers, as the runtime calls them. */
export const executionProviders = ['cpu', 'cuda', 'webgpu', 'coreml', 'dml'] as const;

export type ExecutionProvider = (typeof executionProviders)[number];

/** What the runtime says of itself. */
export type SupportedBackend = { readonly name: string; readonly bundled: boolean };

/** A provider that the installed runtime knows. */
export type FoundProvider = {
  readonly name: ExecutionProvider;
  /** Its library is part of the runtime; otherwise it must be installed beside it. */
  readonly isBundled: boolean;
};

/** The providers of this package that an installed runtime knows. */
export function pickProviders(supported: readonly SupportedBackend[]): FoundProvider[] {
  return executionProviders.flatMap((name) => {
    const found = supported.find((each) => each.name === name);
    return found ? [{ name, isBundled: found.bundled }] : [];
  });
}

/** Throws `ConfigError` when the installed runtime lacks a provider. */
export function requireProvider(
  provider: ExecutionProvider,
  supported: readonly SupportedBackend[],
): void {
  const found = pickProviders(supported).map(({ name }) => name);
  if (found.includes(provider)) return;
  throw new ConfigError(
    'provider_missing',
    `engine.provider: expected one that the installed ONNX Runtime has (${found.join(', ')}), found '${provider}'.`,
    {
      details: { provider, found },
      hint: 'Use cpu, or install a build of onnxruntime-node that has it.',
    },
  );
}
