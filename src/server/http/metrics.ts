/** Counters for Prometheus; their labels name routes, kinds and models, never people. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { EngineEvent } from '../chat/turn.ts';

export type ServerMetrics = {
  readonly registry: Registry;
  countRequest(route: string, status: number, seconds: number): void;
  countFirstToken(seconds: number): void;
  /** Of a stream that had begun, and so was answered by status 200. */
  countStreamFailure(code: string): void;
  countTokens(prompt: number, completion: number): void;
  countEvent(event: EngineEvent): void;
  /** Answers that are being written. */
  readonly underWay: Gauge;
};

/** Creates the counters of one server. */
export function createMetrics(): ServerMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const requests = new Counter({
    name: 'rlpa_http_requests_total',
    help: 'Requests by route and status.',
    labelNames: ['route', 'status'] as const,
    registers,
  });
  const seconds = new Histogram({
    name: 'rlpa_http_request_seconds',
    help: 'Seconds until a request was answered, or a stream began.',
    labelNames: ['route'] as const,
    buckets: [0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10, 30, 120],
    registers,
  });
  const firstToken = new Histogram({
    name: 'rlpa_first_token_seconds',
    help: 'Seconds until the first text of a reply.',
    buckets: [0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30],
    registers,
  });
  const streamFailures = new Counter({
    name: 'rlpa_stream_failures_total',
    help: 'Streams of replies that failed after they had begun, by code.',
    labelNames: ['code'] as const,
    registers,
  });
  const tokens = new Counter({
    name: 'rlpa_tokens_total',
    help: 'Tokens read and written.',
    labelNames: ['kind'] as const,
    registers,
  });
  const outputs = new Counter({
    name: 'rlpa_output_problems_total',
    help: 'Outputs that did not follow the protocol, by what came of it.',
    labelNames: ['kind'] as const,
    registers,
  });
  const changes = new Counter({
    name: 'rlpa_profile_changes_total',
    help: 'Changes that a model proposed and the program made.',
    registers,
  });
  const refused = new Counter({
    name: 'rlpa_profile_refused_total',
    help: 'Changes that a model proposed and the program did not make, by reason.',
    labelNames: ['reason'] as const,
    registers,
  });
  const storeFailures = new Counter({
    name: 'rlpa_store_failures_total',
    help: 'Turns whose profile could not be read or written.',
    labelNames: ['at'] as const,
    registers,
  });
  const store = new Histogram({
    name: 'rlpa_store_seconds',
    help: 'Seconds a turn waited for the store, a read or a write.',
    buckets: [0.001, 0.002, 0.005, 0.01, 0.025, 0.1, 0.5, 2],
    registers,
  });
  const underWay = new Gauge({
    name: 'rlpa_chats_under_way',
    help: 'Replies that are being written.',
    registers,
  });
  return {
    registry,
    underWay,
    countRequest: (route, status, took) => {
      requests.inc({ route, status: String(status) });
      seconds.observe({ route }, took);
    },
    countFirstToken: (took) => firstToken.observe(took),
    countStreamFailure: (code) => streamFailures.inc({ code }),
    countTokens: (prompt, completion) => {
      tokens.inc({ kind: 'prompt' }, prompt);
      tokens.inc({ kind: 'completion' }, completion);
    },
    countEvent: (event) => {
      switch (event.kind) {
        case 'format_problem':
        case 'answered_without_protocol':
        case 'asked_again':
        case 'changes_unreadable':
          return outputs.inc({ kind: event.kind });
        case 'store_failed':
          return storeFailures.inc({ at: event.at });
        case 'changed':
          return changes.inc(event.count);
        case 'refused':
          return refused.inc({ reason: event.reason });
        case 'store_ms':
          return store.observe(event.milliseconds / 1000);
      }
    },
  };
}
