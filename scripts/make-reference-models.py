#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "transformers>=5.18", "peft>=0.21", "gguf", "numpy", "tokenizers"]
# ///
"""Writes the small models of test/fixtures that stand for families and packings, with what transformers,
PEFT and gguf compute for them.

usage: uv run scripts/make-reference-models.py

families/NAME: Llama, Qwen2.5 and Qwen3 with random weights, an adapter on every linear map, and the
log-probabilities, gradients and greedy text of both. gguf/: one Llama file with a tensor in every
packing, the hashes of its tensors as Python's gguf widens them, the log-probabilities of the model that
transformers reads from it, and how text becomes tokens under every way of splitting it.
"""
import hashlib
import json
import pathlib
import shutil

import gguf
import numpy as np
import peft
import tokenizers
import torch
import transformers
from gguf import GGMLQuantizationType as Packing
from tokenizers import Regex, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import AutoModelForCausalLM, LlamaConfig, Qwen2Config, Qwen3Config

ROOT = pathlib.Path(__file__).resolve().parent.parent / "test" / "fixtures"
ROWS = [[2, 5, 9, 40, 33, 17, 80, 3], [7, 7, 61, 22, 1], [90, 12, 45, 45, 8, 30, 77, 64, 19, 2, 50]]
TOOLS = {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__}
LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def logprobs(model, rows):
    """Log-probability of every token from position 1 on."""
    result = []
    for row in rows:
        ids = torch.tensor([row])
        scores = model(ids).logits.float().log_softmax(-1)[0, :-1]
        result.append(scores.gather(1, ids[0, 1:, None])[:, 0])
    return result


def greedy(model, prompt, count):
    ids = list(prompt)
    for _ in range(count):
        ids.append(int(model(torch.tensor([ids])).logits[0, -1].argmax()))
    return ids[len(prompt):]


def describe(model, rows):
    """Log-probabilities, mean loss, norms of the gradients of what is trained, greedy text."""
    model.zero_grad()
    scores = logprobs(model, rows)
    loss = -torch.cat(scores).mean()
    loss.backward()
    norms = {n: float(p.grad.norm()) for n, p in model.named_parameters() if p.grad is not None}
    with torch.no_grad():
        text = greedy(model, rows[0], 10)
    return {
        "token_logprobs": [row.tolist() for row in scores],
        "mean_nll": float(loss),
        "grad_norms": norms,
        "greedy": text,
    }


def make_family(name, config):
    folder = ROOT / "families" / name
    shutil.rmtree(folder, ignore_errors=True)
    torch.manual_seed(7)
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32, attn_implementation="eager")
    with torch.no_grad():
        for parameter in model.parameters():
            # Norms and biases away from one and zero, so that leaving one out shows.
            if parameter.ndim == 1:
                parameter.add_(torch.randn_like(parameter) * 0.3)
            else:
                parameter.copy_(torch.randn_like(parameter) / parameter.shape[1] ** 0.5)
    model.eval()
    model.save_pretrained(folder)
    full = describe(model, ROWS)
    adapted = peft.get_peft_model(
        model, peft.LoraConfig(r=4, lora_alpha=8, target_modules=LINEAR, task_type="CAUSAL_LM")
    )
    with torch.no_grad():
        for key, parameter in adapted.named_parameters():
            if "lora_" in key:
                parameter.copy_(torch.randn_like(parameter) * 0.1)
    adapted.eval()
    adapted.save_pretrained(folder / "adapter")
    (folder / "adapter" / "README.md").unlink(missing_ok=True)
    lora = describe(adapted, ROWS)
    reference = {"made_by": TOOLS, "input_ids": ROWS, "model": full, "lora": lora}
    (folder / "reference.json").write_text(json.dumps(reference) + "\n")


SIZES = dict(vocab_size=96, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
             num_key_value_heads=2, max_position_embeddings=256, eos_token_id=1, bos_token_id=0)

TEXTS = [
    "Hello world, it's 12345 o'clock and WE'LL see!",
    "naïve café\n\n  two  spaces\tand a tab 北京 こんにちは 🙂🙃",
    "<|im_start|>user\nhi there<|im_end|>\n",
    " x=3.14159;\r\n\r\nif(x){return 'a';}   ",
    "e\u0301 combining, ﬁ ligature, 1234567 and ٣٤٥",
]
SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
TEMPLATE = ("{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\\n' + m['content'] + '<|im_end|>\\n' }}{% endfor %}"
            "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}")

# As the tokenizer.json files of the original models have them.
QWEN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
LLAMA3 = QWEN.replace(r"|\p{N}|", r"|\p{N}{1,3}|")


def split_by(pattern):
    return pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(pattern), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])


SPLITTINGS = {
    "gpt-2": (pre_tokenizers.ByteLevel(add_prefix_space=False), None, False),
    "smollm": (pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True),
                                        pre_tokenizers.ByteLevel(add_prefix_space=False)]), None, False),
    "llama-bpe": (split_by(LLAMA3), None, True),
    "qwen2": (split_by(QWEN), normalizers.NFC(), False),
}


def train_tokens():
    """A small vocabulary of byte pairs: tokens in the order of their ids, and merges."""
    tokenizer = tokenizers.Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(vocab_size=384, special_tokens=SPECIALS, initial_alphabet=alphabet, min_frequency=1)
    tokenizer.train_from_iterator(TEXTS * 3, trainer)
    state = json.loads(tokenizer.to_str())["model"]
    tokens = sorted(state["vocab"], key=state["vocab"].get)
    return tokens, [tuple(pair) for pair in state["merges"]]


def tokenize(tokens, merges, pre, normalizer, ignore_merges):
    tokenizer = tokenizers.Tokenizer(models.BPE(vocab={t: i for i, t in enumerate(tokens)}, merges=merges,
                                                ignore_merges=ignore_merges))
    tokenizer.pre_tokenizer = pre
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(SPECIALS)
    return [tokenizer.encode(text, add_special_tokens=False).ids for text in TEXTS]


def pack(shape, packing, random):
    """Bytes of a tensor: random whole numbers, factors small enough for a model that computes."""
    count = int(np.prod(shape))
    if packing in (Packing.F32, Packing.F16, Packing.BF16, Packing.Q8_0, Packing.Q4_0, Packing.Q4_1):
        data = (random.standard_normal(shape) / np.sqrt(shape[-1])).astype(np.float32)
        return gguf.quantize(data, packing)
    block, size = gguf.GGML_QUANT_SIZES[packing]
    blocks = random.integers(0, 256, (count // block, size), dtype=np.uint8)
    factor = lambda scale: (random.random(len(blocks)) * scale + scale / 2).astype(np.float16)
    spread = 1 / np.sqrt(shape[-1])
    if packing == Packing.Q6_K:
        blocks[:, 208:210] = factor(spread / 32 / 64).view(np.uint8).reshape(-1, 2)
    else:
        largest = 15 if packing == Packing.Q4_K else 31
        blocks[:, 0:2] = factor(spread / 32 / largest * 2).view(np.uint8).reshape(-1, 2)
        blocks[:, 2:4] = factor(spread / 32).view(np.uint8).reshape(-1, 2)
    return blocks.reshape(*shape[:-1], -1)


def unpermute(weight, heads):
    rows, columns = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)


def make_gguf():
    folder = ROOT / "gguf"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    random = np.random.default_rng(11)
    tokens, merges = train_tokens()
    width, inner, heads, keys, head_dim = 256, 256, 4, 2, 64
    file = folder / "packings.gguf"
    writer = gguf.GGUFWriter(file, "llama")
    writer.add_name("packings")
    writer.add_block_count(1)
    writer.add_context_length(512)
    writer.add_embedding_length(width)
    writer.add_feed_forward_length(inner)
    writer.add_head_count(heads)
    writer.add_head_count_kv(keys)
    writer.add_rope_freq_base(10_000.0)
    writer.add_rope_dimension_count(head_dim)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types([3 if t in SPECIALS else 1 for t in tokens])
    writer.add_token_merges([" ".join(pair) for pair in merges])
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(2)
    writer.add_eot_token_id(0)
    writer.add_chat_template(TEMPLATE)
    tensors = {
        "token_embd.weight": ([len(tokens), width], Packing.BF16),
        "output.weight": ([len(tokens), width], Packing.F16),
        "output_norm.weight": ([width], Packing.F32),
        "blk.0.attn_norm.weight": ([width], Packing.F32),
        "blk.0.attn_q.weight": ([heads * head_dim, width], Packing.Q4_0),
        "blk.0.attn_k.weight": ([keys * head_dim, width], Packing.Q4_1),
        "blk.0.attn_v.weight": ([keys * head_dim, width], Packing.Q8_0),
        "blk.0.attn_output.weight": ([width, heads * head_dim], Packing.Q4_K),
        "blk.0.ffn_norm.weight": ([width], Packing.F32),
        "blk.0.ffn_gate.weight": ([inner, width], Packing.Q5_K),
        "blk.0.ffn_up.weight": ([inner, width], Packing.Q6_K),
        "blk.0.ffn_down.weight": ([width, inner], Packing.Q4_K),
    }
    names = {"token_embd": "model.embed_tokens", "output": "lm_head", "output_norm": "model.norm",
             "attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
             "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj",
             "ffn_norm": "post_attention_layernorm", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
             "ffn_down": "mlp.down_proj"}
    weights = {}
    for name, (shape, packing) in tensors.items():
        data = (1 + 0.1 * random.standard_normal(shape)).astype(np.float32) if len(shape) == 1 else pack(shape, packing, random)
        writer.add_tensor(name, data, raw_dtype=packing)
        wide = np.asarray(gguf.dequantize(data, packing), dtype=np.float32).reshape(shape)
        if name.endswith("attn_q.weight"):
            wide = unpermute(wide, heads)
        if name.endswith("attn_k.weight"):
            wide = unpermute(wide, keys)
        part = name.removesuffix(".weight").removeprefix("blk.0.")
        place = "model.layers.0." if name.startswith("blk.") else ""
        weights[f"{place}{names[part]}.weight"] = np.ascontiguousarray(wide)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    config = LlamaConfig(vocab_size=len(tokens), hidden_size=width, intermediate_size=inner, num_hidden_layers=1,
                         num_attention_heads=heads, num_key_value_heads=keys, head_dim=head_dim, rms_norm_eps=1e-5,
                         rope_parameters={"rope_type": "default", "rope_theta": 10_000.0}, tie_word_embeddings=False)
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32, attn_implementation="eager")
    model.load_state_dict({k: torch.from_numpy(v.copy()) for k, v in weights.items()}, strict=True)
    model.eval()
    with torch.no_grad():
        scores = [row.tolist() for row in logprobs(model, ROWS)]
    reference = {
        "made_by": TOOLS | {"tokenizers": tokenizers.__version__},
        "sha256": {k: hashlib.sha256(v.tobytes()).hexdigest() for k, v in weights.items()},
        "input_ids": ROWS,
        "token_logprobs": scores,
        "texts": TEXTS,
        "token_ids": {name: tokenize(tokens, merges, *how) for name, how in SPLITTINGS.items()},
    }
    (folder / "reference.json").write_text(json.dumps(reference, ensure_ascii=False) + "\n")


make_family("llama", LlamaConfig(**SIZES, tie_word_embeddings=False, rms_norm_eps=1e-5,
                                 rope_parameters={"rope_type": "default", "rope_theta": 10_000.0}))
make_family("qwen2", Qwen2Config(**SIZES, tie_word_embeddings=True,
                                 rope_parameters={"rope_type": "default", "rope_theta": 1_000_000.0}))
make_family("qwen3", Qwen3Config(**SIZES, head_dim=16, tie_word_embeddings=True,
                                 rope_parameters={"rope_type": "default", "rope_theta": 1_000_000.0}))
make_gguf()
