"""The PyTorch side of the comparison: one case as JSON on stdin, its seconds as JSON on stdout.

Needs torch, transformers and, for LoRA, peft. Started by bench/pytorch.bench.mjs, which passes the
model folder that the other side uses.
"""

import json
import sys
import time

import torch
from transformers import AutoModelForCausalLM


def median(values):
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def draw_ids(rows, tokens, vocabulary):
    return torch.tensor(
        [[(i * 7919 + row * 104729) % vocabulary for i in range(tokens)] for row in range(rows)]
    )


def time_step(case, model):
    if case["loraRank"] > 0:
        from peft import LoraConfig, get_peft_model

        targets = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
        rank = case["loraRank"]
        config = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=targets, lora_dropout=0.0)
        model = get_peft_model(model, config)
    model.train()
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-4, weight_decay=0.0)
    ids = draw_ids(case["rows"], case["tokens"], model.config.vocab_size)

    def step():
        optimizer.zero_grad(set_to_none=True)
        model(input_ids=ids, labels=ids).loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()

    return time_runs(step, case["runs"])


def time_generation(case, model):
    model.eval()
    ids = draw_ids(case["rows"], case["context"], model.config.vocab_size)
    options = {
        "do_sample": True,
        "temperature": 1.0,
        "top_k": 0,
        "top_p": 1.0,
        "pad_token_id": 0,
        "eos_token_id": None,
        "attention_mask": torch.ones_like(ids),
    }

    def generate(tokens):
        with torch.inference_mode():
            model.generate(ids, max_new_tokens=tokens, min_new_tokens=tokens, **options)

    # The prompt's own pass is taken off: what is compared is the cost of a further token.
    short = time_runs(lambda: generate(1), case["runs"])
    long = time_runs(lambda: generate(1 + case["newTokens"]), case["runs"])
    return long - short


def time_runs(work, runs):
    work()
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return median(seconds)


def main():
    case = json.load(sys.stdin)
    torch.set_num_threads(case["threads"])
    dtype = {"float32": torch.float32, "bfloat16": torch.bfloat16}[case["dtype"]]
    model = AutoModelForCausalLM.from_pretrained(case["folder"], dtype=dtype)
    measure = time_step if case["kind"] == "step" else time_generation
    json.dump({"seconds": measure(case, model), "torch": torch.__version__}, sys.stdout)


main()
