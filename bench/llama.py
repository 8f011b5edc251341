"""The llama.cpp side of the comparison: one case as JSON on stdin, tokens a second as JSON on stdout.

Needs llama-cpp-python. Started by bench/llama-cpp.bench.mjs. Times `llama_decode` alone: no sampling.
By the processor's time where the case says so.
"""

import json
import sys
import time

import llama_cpp as llama


# Kept by name: what C calls must not be collected.
silent = llama.llama_log_callback(lambda level, text, data: None)


def fill(batch, entries):
    """Fills a batch with (token, position, row, whether its logits are wanted)."""
    batch.n_tokens = len(entries)
    for index, (token, position, row, wanted) in enumerate(entries):
        batch.token[index] = token
        batch.pos[index] = position
        batch.n_seq_id[index] = 1
        batch.seq_id[index][0] = row
        batch.logits[index] = wanted


def decode(context, batch):
    if llama.llama_decode(context, batch) != 0:
        raise SystemExit("llama_decode failed")


def main():
    case = json.load(sys.stdin)
    rows, tokens, length = case["rows"], case["tokens"], case["context"]
    clock = time.process_time if case["clock"] == "cpu" else time.perf_counter
    llama.llama_log_set(silent, None)
    llama.llama_backend_init()
    model = llama.llama_model_load_from_file(
        case["file"].encode(), llama.llama_model_default_params()
    )
    params = llama.llama_context_default_params()
    params.n_ctx = rows * (length + tokens + 8)
    params.n_seq_max = rows
    params.n_batch = params.n_ubatch = 512
    params.n_threads = params.n_threads_batch = case["threads"]
    context = llama.llama_init_from_model(model, params)
    vocabulary = 49_152
    draw = lambda row, index: (index * 7919 + row * 104_729) % vocabulary
    entries = [
        (draw(row, at), at, row, at == length - 1) for row in range(rows) for at in range(length)
    ]
    batch = llama.llama_batch_init(512, 0, rows)
    seconds = {}
    # The first pass warms caches and threads up; many rows do that by themselves.
    for _ in range(2 if rows == 1 else 1):
        llama.llama_memory_clear(llama.llama_get_memory(context), True)
        began = clock()
        for first in range(0, len(entries), 512):
            fill(batch, entries[first : first + 512])
            decode(context, batch)
        llama.llama_synchronize(context)
        seconds["prefill"] = clock() - began
        began = clock()
        for step in range(tokens):
            fill(batch, [(draw(row, step + 1), length + step, row, True) for row in range(rows)])
            decode(context, batch)
        llama.llama_synchronize(context)
        seconds["decode"] = clock() - began
    counts = {"prefill": rows * length, "decode": rows * tokens}
    json.dump({what: counts[what] / seconds[what] for what in counts}, sys.stdout)


main()
