"""Language models behind one call: the small model that the course ships (step 04), and GPT-2 (steps 04 and 05).

`load_language_model()` gives a TransformerLens `TransformerBridge` with its weights processed as the literature's
numbers want them: LayerNorm's gain and bias folded into what reads them, writing weights and unembedding centred.

TransformerLens takes seconds to import, so it is imported when a model is asked for and not before.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from jaxtyping import Float
from safetensors import SafetensorError, safe_open
from torch import Tensor

from exercises.kit import shipped

if TYPE_CHECKING:
    from transformer_lens.model_bridge import TransformerBridge

SHIPPED = shipped.MODELS / "step04"
GPT2_NAMES = ("gpt2", "openai-community/gpt2")
GPT2_FILES = ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "vocab.json", "merges.txt")
HOW_TO_GET_GPT2 = (
    "Where there is a network, run: hf download gpt2 " + " ".join(GPT2_FILES) + " --local-dir gpt2\n"
    "  and name the folder: LMI_GPT2=/path/to/gpt2"
)


class LanguageModelError(Exception):
    """A model cannot be loaded; the message says why, and what to do."""


def load_language_model(source: str | Path | None = None) -> TransformerBridge:
    """A model and its tokenizer, on the CPU, weights as float32, ready to be taken apart. Says what it reads on stderr.

    Args:
        source: nothing for the model that the course ships; a folder that `save_pretrained` wrote; or "gpt2" for
            GPT-2 small, from Hugging Face's cache or, when it is not there, from the network.

    Raises LanguageModelError when there is no such folder, when something in it is missing or damaged, when it
    holds another architecture than GPT-2's, or when GPT-2 cannot be reached.
    """
    if source is None:
        folder = SHIPPED
        shipped.read_weights(folder, shipped.read_manifest(folder))
    elif str(source) in GPT2_NAMES and not Path(source).is_dir():
        folder = _gpt2_by_name(str(source))
    else:
        folder = Path(source).expanduser()
    _check(folder)
    key = (folder, *(path.stat().st_mtime_ns for path in sorted(folder.iterdir())))
    return _as_booted(key, lambda: _boot_folder(folder))


def random_language_model(
    seed: int, layers: int = 2, heads: int = 2, width: int = 16, tokenizer: str | Path = SHIPPED
) -> TransformerBridge:
    """An untrained model of GPT-2's architecture; the same seed gives the same weights.

    For tests of what must hold of any model. Its weights are far larger than a fresh model's, so that attention is not
    uniform and every head matters.
    """
    sizes: dict[str, Any] = {"n_positions": 64, "n_embd": width, "n_layer": layers, "n_head": heads}
    return _as_booted((seed, *sizes.values(), tokenizer), lambda: _boot_random(seed, sizes, Path(tokenizer)))


def mlp_neurons(
    model: TransformerBridge, texts: Sequence[str], layer: int, length: int = 128
) -> Float[Tensor, "sample neuron"]:
    """What the neurons of a layer's MLP do (after their nonlinearity) at every token of the texts but the first.

    Of each text only the first `length` tokens are read.
    """
    name = f"blocks.{layer}.mlp.hook_post"
    parts = []
    for text in texts:
        _, cache = model.run_with_cache(model.to_tokens(text)[:, :length], names_filter=name)
        parts.append(cache[name][0, 1:])
    return torch.cat(parts)


def describe(model: TransformerBridge) -> str:
    """Which model it is: its name or folder, and its size."""
    size = sum(parameter.numel() for parameter in model.original_model.parameters())
    known = {SHIPPED: "the course's small model"}
    name = str(model.cfg.model_name)
    return (
        f"{known.get(Path(name), name)} ({model.cfg.n_layers} layers of {model.cfg.n_heads} heads, "
        f"width {model.cfg.d_model}, {model.cfg.d_vocab:,} tokens, {size / 1e6:.1f} million parameters)"
    )


def gpt2_source() -> str | Path:
    """Where GPT-2 small's weights are here: what LMI_GPT2 names, or the folder gpt2 of LMI_DATA.

    Raises LanguageModelError, which says how to get them, when neither is set.
    """
    if named := os.environ.get("LMI_GPT2"):
        return named
    data = os.environ.get("LMI_DATA")
    if data and (Path(data) / "gpt2" / "config.json").is_file():
        return Path(data) / "gpt2"
    raise LanguageModelError(f"GPT-2 small's weights are not here: LMI_GPT2 is not set.\n  {HOW_TO_GET_GPT2}")


# ---------------------------------------------------------------- starting TransformerLens

_booted: dict[tuple[Any, ...], tuple[TransformerBridge, list[torch.Tensor], dict[str, Any]]] = {}
KEPT, LARGEST_KEPT = 64, 2_000_000  # models, parameters


def _as_booted(key: tuple[Any, ...], boot: Callable[[], TransformerBridge]) -> TransformerBridge:
    """A model as `boot` makes it: the one that it made before, unless someone has changed it or left a hook in it."""
    model, weights, settings = _booted.get(key, (None, [], {}))
    if model is None or settings != vars(model.cfg) or _is_hooked(model) or not _are_equal(_tensors(model), weights):
        model = boot()
        if sum(tensor.numel() for tensor in _tensors(model)) <= LARGEST_KEPT:
            while len(_booted) >= KEPT:
                del _booted[next(iter(_booted))]
            _booted[key] = model, [tensor.clone() for tensor in _tensors(model)], dict(vars(model.cfg))
    return model


def _tensors(model: TransformerBridge) -> list[torch.Tensor]:
    return [*model.parameters(), *model.buffers()]


def _are_equal(some: list[torch.Tensor], others: list[torch.Tensor]) -> bool:
    return len(some) == len(others) and all(torch.equal(a, b) for a, b in zip(some, others, strict=True))


def hooks_left() -> bool:
    """Whether a model that was handed out still holds a hook."""
    return any(_is_hooked(model) for model, _, _ in _booted.values())


def _is_hooked(model: TransformerBridge) -> bool:
    return any(point.fwd_hooks or point.bwd_hooks for point in model.hook_dict.values())


def _boot_folder(folder: Path) -> TransformerBridge:
    from transformers import GPT2LMHeadModel, logging

    logging.disable_progress_bar()
    try:
        hf_model = GPT2LMHeadModel.from_pretrained(folder, local_files_only=True, dtype=torch.float32)
        model = _bridge(hf_model, folder, folder)
    except (OSError, ValueError, RuntimeError) as problem:
        raise LanguageModelError(f"{folder} cannot be loaded: {problem}") from problem
    print(f"Loaded {describe(model)}.", file=sys.stderr)
    return model


def _boot_random(seed: int, sizes: dict[str, Any], tokenizer: Path) -> TransformerBridge:
    from transformers import GPT2Config, GPT2LMHeadModel

    vocabulary = _vocabulary(tokenizer)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        hf_model = GPT2LMHeadModel(GPT2Config(vocab_size=vocabulary, bos_token_id=0, eos_token_id=0, **sizes))
        for name, weight in sorted(hf_model.named_parameters()):
            around, spread = (1.0, 0.3) if re.search(r"ln_.*weight", name) else (0.0, 0.3)
            torch.nn.init.normal_(weight, around, spread)
        return _bridge(hf_model, "random", tokenizer)


def _bridge(hf_model: Any, name: str | Path, tokenizer: Path) -> TransformerBridge:
    """TransformerLens around a model: folded and centred, in evaluation mode, without gradients."""
    from transformer_lens.model_bridge import TransformerBridge
    from transformers import AutoTokenizer

    hf_model.eval().requires_grad_(False)
    model = TransformerBridge.boot_transformers(
        str(name),
        hf_model=hf_model,
        tokenizer=AutoTokenizer.from_pretrained(tokenizer, local_files_only=True),
        device="cpu",
    )
    model.enable_compatibility_mode(disable_warnings=True)
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    return model


def _gpt2_by_name(name: str) -> Path:
    """The folder of GPT-2 small in Hugging Face's cache; downloaded when it is not there."""
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, allow_patterns=list(GPT2_FILES)))
    except Exception as problem:  # the hub's client raises its own, requests', and the system's
        raise LanguageModelError(
            f"{name} is not in Hugging Face's cache and cannot be downloaded ({type(problem).__name__}).\n"
            f"  {HOW_TO_GET_GPT2}\n  Or use the model that comes with the course: load_language_model()"
        ) from problem


# ---------------------------------------------------------------- what a folder must hold


def _check(folder: Path) -> None:
    """Refuse what cannot be a saved GPT-2 before it is loaded: transformers would fill what is missing with noise."""
    if not folder.is_dir():
        raise LanguageModelError(f"there is no folder {folder}. Name one that save_pretrained wrote, or use 'gpt2'.")
    config = _config(folder)
    if config.get("model_type") != "gpt2" or (config.get("architectures") or ["GPT2LMHeadModel"]) != [
        "GPT2LMHeadModel"
    ]:
        found = config.get("architectures") or config.get("model_type")
        raise LanguageModelError(
            f"{folder} holds {found}, and this step takes GPT-2's architecture (GPT2LMHeadModel) apart."
        )
    words = _vocabulary(folder)
    if words > config["vocab_size"]:
        raise LanguageModelError(
            f"{folder}: its tokenizer has {words:,} tokens and its model {config['vocab_size']:,}: not of one model."
        )
    _check_weights(folder / "model.safetensors", config)


def _config(folder: Path) -> dict[str, Any]:
    path = folder / "config.json"
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise LanguageModelError(
            f"{path} cannot be read ({problem.strerror}): {folder} is not a saved model."
        ) from None
    except ValueError as problem:
        raise LanguageModelError(f"{path} is not valid JSON: {problem}") from None
    sizes = ("n_layer", "n_head", "n_embd", "vocab_size", "n_positions")
    if not isinstance(config, dict):
        raise LanguageModelError(f"{path} must be an object.")
    missing = (
        [name for name in sizes if not isinstance(config.get(name), int)] if config.get("model_type") == "gpt2" else []
    )
    if missing:
        raise LanguageModelError(f"{path} does not say {', '.join(missing)}.")
    return config


def _vocabulary(folder: Path) -> int:
    """How many tokens the folder's tokenizer knows."""
    from tokenizers import ByteLevelBPETokenizer, Tokenizer

    whole, parts = folder / "tokenizer.json", [folder / "vocab.json", folder / "merges.txt"]
    try:
        if whole.is_file():
            return int(Tokenizer.from_file(str(whole)).get_vocab_size())
        if all(path.is_file() for path in parts):
            return int(ByteLevelBPETokenizer(*map(str, parts)).get_vocab_size())
    except Exception as problem:  # tokenizers raises bare Exceptions
        raise LanguageModelError(f"{folder}: its tokenizer cannot be read: {problem}") from None
    raise LanguageModelError(
        f"{folder} has no tokenizer (tokenizer.json, or vocab.json and merges.txt).\n"
        "  Save it beside the model: tokenizer.save_pretrained(folder)"
    )


def _check_weights(path: Path, config: dict[str, Any]) -> None:
    if not path.is_file():
        pickled = " Its pytorch_model.bin is a pickle, which can run code, and is not read." * (
            path.with_name("pytorch_model.bin").is_file()
        )
        raise LanguageModelError(f"{path.parent} has no model.safetensors.{pickled}")
    try:
        with safe_open(path, framework="pt") as file:
            # GPT-2's own file leaves the first part of the names out
            shapes = {name.removeprefix("transformer."): file.get_slice(name).get_shape() for name in file.keys()}  # noqa: SIM118
    except SafetensorError as problem:
        raise LanguageModelError(f"{path} is damaged or was cut short: {problem}") from None
    for name, shape in _shapes(config).items():
        if name not in shapes:
            raise LanguageModelError(f"{path} has no weight {name!r}, which its config.json asks for.")
        if shapes[name] != shape:
            raise LanguageModelError(f"{path}: {name} is {shapes[name]}, and by its config.json should be {shape}.")


def _shapes(config: dict[str, Any]) -> dict[str, list[int]]:
    """Every weight of a GPT-2 of this size, by name."""
    d = config["n_embd"]
    inner = config.get("n_inner") or 4 * d
    block = {
        "ln_1.weight": [d], "ln_1.bias": [d], "ln_2.weight": [d], "ln_2.bias": [d],
        "attn.c_attn.weight": [d, 3 * d], "attn.c_attn.bias": [3 * d],
        "attn.c_proj.weight": [d, d], "attn.c_proj.bias": [d],
        "mlp.c_fc.weight": [d, inner], "mlp.c_fc.bias": [inner],
        "mlp.c_proj.weight": [inner, d], "mlp.c_proj.bias": [d],
    }  # fmt: skip
    return {
        "wte.weight": [config["vocab_size"], d],
        "wpe.weight": [config["n_positions"], d],
        **{f"h.{layer}.{name}": shape for layer in range(config["n_layer"]) for name, shape in block.items()},
        "ln_f.weight": [d],
        "ln_f.bias": [d],
    }
