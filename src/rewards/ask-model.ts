/** Where a model that rewards rest on was not reached: no verdict, unless nothing further would work. */
import { endsWork, JudgeError, ProviderError } from '../base/index.ts';

/** Makes a call. Throws `JudgeError` when it failed in passing, and passes on what ends the whole work. */
export async function askModel<Reply>(name: string, call: () => Promise<Reply>): Promise<Reply> {
  try {
    return await call();
  } catch (cause) {
    if (endsWork(cause) || !(cause instanceof ProviderError)) throw cause;
    throw new JudgeError(`${name}_failed`, `The ${name} was not reached: ${cause.message}`, {
      cause,
    });
  }
}
