"""Step 04's path to GPT-2 small: all of it that does not depend on the weights, and the published figures that do.

Random weights in GPT-2's shape and its real tokenizer (the folder gpt2_tokenizer of LMI_DATA) stand in for the model.
With the real weights (LMI_GPT2) every recorded figure is computed and compared.
"""

import os
from pathlib import Path

import pytest
import torch

from autograder.testing.checkpoints import load_checkpoints, verify_checkpoints
from exercises.kit.language_model import (
    LanguageModelError,
    describe,
    gpt2_source,
    load_language_model,
    random_language_model,
)
from exercises.kit.step04 import gpt2 as published
from exercises.kit.step04.words import FRAMES, NAMES, PLACES, THINGS
from tests.engine.tools import ROOT

STEPS = ("03", "04")
FIGURES = {
    f"step{step}.{entry.name}": entry
    for step in STEPS
    for entry in load_checkpoints(ROOT, step).values()
    if entry.needs == "gpt2"
}
TOKENIZER = Path(os.environ.get("LMI_DATA", "/nowhere")) / "gpt2_tokenizer"

needs_tokenizer = pytest.mark.skipif(
    not (TOKENIZER / "vocab.json").is_file(),
    reason="GPT-2's tokenizer is not here: put vocab.json and merges.txt into the folder gpt2_tokenizer of LMI_DATA",
)


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    """A folder with GPT-2's tokenizer, saved as it would lie beside a model."""
    from transformers import GPT2TokenizerFast

    folder = tmp_path_factory.mktemp("tokenizer")
    files = {name: str(TOKENIZER / f"{name}.{kind}") for name, kind in (("vocab", "json"), ("merges", "txt"))}
    GPT2TokenizerFast(**files).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def narrow(tokenizer):
    """A small model with the real tokenizer."""
    return random_language_model(0, layers=1, heads=2, width=16, tokenizer=tokenizer)


@pytest.fixture(scope="module")
def saved(tmp_path_factory, tokenizer):
    """A folder with random weights in GPT-2's shape (0.5 GB) and the real tokenizer."""
    from transformers import AutoTokenizer, GPT2Config, GPT2LMHeadModel

    folder = tmp_path_factory.mktemp("gpt2")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = GPT2LMHeadModel(GPT2Config())
        for name, weight in model.named_parameters():  # as far from a fresh model as a trained one
            if "ln_" in name or name.endswith("bias"):
                torch.nn.init.normal_(weight, float("ln_" in name and "weight" in name), 0.1)
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(tokenizer).save_pretrained(folder)
    yield folder
    (folder / "model.safetensors").unlink()


@pytest.fixture(scope="module")
def model(saved):
    return load_language_model(saved)


# ---------------------------------------------------------------- the tokenizer


@needs_tokenizer
def test_the_eight_prompts_are_15_tokens_with_bos(narrow):
    tokens = published.gpt2_prompts(narrow).tokens
    assert tokens.shape == (8, 15)
    assert (tokens[:, 0] == 50256).all() and (tokens[:, 1:] != 50256).all()


@needs_tokenizer
def test_the_names_stand_at_their_roles(narrow):
    prompts = published.gpt2_prompts(narrow)
    rows = torch.arange(8)
    for role, who in (("IO", 0), ("S1", 1), ("S2", 1)):
        assert (prompts.tokens[rows, prompts.positions[role]] == prompts.answers[:, who]).all()
    first, second = prompts.positions["IO"], prompts.positions["S1"]
    assert {frozenset(pair) for pair in zip(first.tolist(), second.tolist(), strict=True)} == {frozenset((2, 4))}
    assert prompts.positions["S2"].tolist() == [10] * 8 and prompts.positions["END"].tolist() == [14] * 8
    assert narrow.tokenizer.decode(prompts.answers[0]) == " Mary John"
    assert narrow.tokenizer.decode(prompts.tokens[0, 1:]) == published.PROMPTS[0][0]


@needs_tokenizer
def test_swapping_s2_makes_the_other_prompt_of_the_pair(narrow):
    prompts = published.gpt2_prompts(narrow)
    partner = torch.arange(8) ^ 1
    assert torch.equal(prompts.s2_swapped, prompts.tokens[partner])
    assert torch.equal(prompts.answers[partner], prompts.answers.flip(1))


@needs_tokenizer
def test_swapping_both_names_changes_every_role(narrow):
    prompts = published.gpt2_prompts(narrow)
    io, s = prompts.answers[:, :1], prompts.answers[:, 1:]
    swapped = torch.where(prompts.tokens == io, s, torch.where(prompts.tokens == s, io, prompts.tokens))
    assert torch.equal(prompts.both_swapped, swapped)


@needs_tokenizer
@pytest.mark.parametrize("words", [NAMES, PLACES, THINGS], ids=["NAMES", "PLACES", "THINGS"])
def test_every_word_of_step_04_is_one_token_of_gpt2(narrow, words):
    lengths = {word: narrow.to_tokens(f" {word}", prepend_bos=False).shape[1] for word in words}
    assert {word for word, length in lengths.items() if length != 1} == set()


@needs_tokenizer
def test_every_frame_is_15_tokens_of_gpt2(narrow):
    texts = [f.format(A="Mary", B="John", S="John", place="store", thing="drink") for f in FRAMES]
    assert [narrow.to_tokens(text).shape[1] for text in texts] == [15] * len(texts)


@needs_tokenizer
def test_a_name_of_two_tokens_is_refused(narrow, monkeypatch):
    monkeypatch.setattr(published, "PROMPTS", (("When Xanthippe met John, John", "Xanthippe", "John"),))
    with pytest.raises(ValueError, match="'Xanthippe' is . tokens"):
        published.gpt2_prompts(narrow)


def test_the_circuit_has_26_heads():
    assert published.circuit_heads(published.CIRCUIT).sum() == 26
    assert sum(len(kind.heads) for kind in published.CIRCUIT.values()) == 26


@needs_tokenizer
def test_the_circuit_at_positions(narrow):
    prompts = published.gpt2_prompts(narrow)
    chosen = published.circuit_at_positions(published.CIRCUIT, prompts.positions, 15)
    assert chosen.shape == (12, 12, 8, 15) and chosen.sum() == 26 * 8
    assert chosen[9, 9, :, 14].all() and chosen[5, 5, :, 10].all()
    assert torch.equal(chosen[4, 11].int().argmax(1), prompts.positions["S1"] + 1)


# ---------------------------------------------------------------- the shape, with random weights


@needs_tokenizer
@pytest.mark.slow
def test_the_loader_says_what_it_loaded(model):
    assert "12 layers of 12 heads, width 768, 50,257 tokens" in describe(model)


@needs_tokenizer
@pytest.mark.slow
def test_folding_changes_no_prediction(model, saved):
    from transformers import GPT2LMHeadModel

    tokens = published.gpt2_prompts(model).tokens
    with torch.no_grad():
        raw = GPT2LMHeadModel.from_pretrained(saved)(tokens).logits
        shift = model(tokens) - raw  # the unembedding is centred, which moves all logits of a position alike
    assert (shift - shift.mean(-1, keepdim=True)).abs().max() < 2e-3 * raw.std()


@needs_tokenizer
@pytest.mark.slow
def test_weights_and_stream_are_centred(model):
    tokens = published.gpt2_prompts(model).tokens
    assert model.W_U.shape == (768, 50257) and model.W_U.mean(-1).abs().max() < 1e-5
    assert model.W_O.mean(-1).abs().max() < 1e-5 and model.W_E.mean(-1).abs().max() < 1e-5
    _, cache = model.run_with_cache(tokens, names_filter=lambda name: "hook_resid" in name)
    stream = torch.stack([cache[f"blocks.{layer}.hook_resid_post"] for layer in range(12)])
    assert stream.mean(-1).abs().max() < 1e-4 * stream.std()


@needs_tokenizer
@pytest.mark.slow
def test_hooks_are_there_with_their_shapes(model):
    tokens = published.gpt2_prompts(model).tokens
    _, cache = model.run_with_cache(tokens)
    for layer in (0, 11):
        for name in ("hook_resid_pre", "hook_resid_mid", "hook_resid_post", "hook_attn_out", "hook_mlp_out"):
            assert cache[f"blocks.{layer}.{name}"].shape == (8, 15, 768)
        for name in ("hook_q", "hook_k", "hook_v", "hook_z"):
            assert cache[f"blocks.{layer}.attn.{name}"].shape == (8, 15, 12, 64)
        assert cache[f"blocks.{layer}.attn.hook_pattern"].shape == (8, 12, 15, 15)
    assert cache["ln_final.hook_scale"].shape == (8, 15, 1)
    assert model.W_O.shape == (12, 12, 64, 768) and model.W_Q.shape == (12, 12, 768, 64)


@pytest.fixture(scope="module")
def recipes(saved, model):
    """The functions behind the recorded numbers by name, on the random weights."""
    from reference.checkpoints import gpt2, gpt2_heads, ioi_gpt2

    cached = (gpt2.gpt2, ioi_gpt2._gpt2_faithfulness)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gpt2, "gpt2_source", lambda: saved)
        patch.setattr(gpt2, "load_language_model", lambda source: model)
        for function in cached:
            function.cache_clear()
        yield vars(gpt2_heads) | vars(ioi_gpt2)
        for function in cached:
            function.cache_clear()


@needs_tokenizer
@pytest.mark.slow
@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_every_figure_is_computed_in_its_shape(figure, recipes):
    made = torch.tensor(recipes[figure.name](), dtype=torch.float64)
    assert made.shape == torch.tensor(figure.value).shape and made.isfinite().all()


# ---------------------------------------------------------------- the figures, with the real weights


@pytest.fixture(scope="module")
def verified():
    try:
        gpt2_source()
    except LanguageModelError as error:
        pytest.skip(str(error))
    return {result.name: result for result in verify_checkpoints(ROOT, STEPS)}


@pytest.mark.slow
@pytest.mark.parametrize("name", FIGURES)
def test_a_published_figure_comes_out(name, verified):
    result = verified[name]
    assert result.status == "ok", result.message
