"""Step 04's loader: what it says, what it refuses and why, and the processing that the literature's numbers want."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch

from exercises.kit import language_model
from exercises.kit.language_model import (
    SHIPPED,
    LanguageModelError,
    describe,
    gpt2_source,
    load_language_model,
    mlp_neurons,
    random_language_model,
)
from exercises.kit.shipped import ShippedModelError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped model's folder."""
    return shutil.copytree(SHIPPED, tmp_path / "model")


@pytest.fixture(autouse=True)
def nothing_kept():
    """No model that an earlier test has started."""
    language_model._booted.clear()


def change_config(folder: Path, **changes: object) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_the_shipped_model_is_the_default(capsys):
    model = load_language_model()
    assert capsys.readouterr().err.startswith("Loaded the course's small model (")
    assert model.to_str_tokens("When Mary and John")[:2] == ["<|endoftext|>", "When"]


def test_a_folder_is_loaded_and_named(folder, capsys):
    ours, shipped = load_language_model(folder), load_language_model()
    assert str(folder) in capsys.readouterr().err
    tokens = shipped.to_tokens("When Mary and John went to the store, John gave a drink to")
    assert torch.equal(ours(tokens), shipped(tokens))


def test_what_is_loaded_is_folded_and_centred():
    model = random_language_model(1, layers=2, heads=3, width=24)
    tokens = torch.randint(2, 40, (3, 10), generator=torch.Generator().manual_seed(0))
    _, cache = model.run_with_cache(tokens)
    assert model.W_U.mean(1).abs().max() < 1e-6
    for name in ("hook_embed", "blocks.0.hook_attn_out", "blocks.1.hook_mlp_out", "blocks.1.hook_resid_post"):
        assert cache[name].mean(-1).abs().max() < 1e-5, name
    read = (cache["blocks.1.hook_resid_post"] / cache["ln_final.hook_scale"]) @ model.W_U + model.b_U
    torch.testing.assert_close(read, model(tokens), atol=1e-5, rtol=1e-5)


def test_random_models_are_the_same_for_a_seed_and_leave_the_generator_alone():
    torch.manual_seed(0)
    before = torch.get_rng_state()
    first, second, other = (random_language_model(seed, layers=1) for seed in (1, 1, 2))
    assert torch.equal(before, torch.get_rng_state())
    assert torch.equal(first.W_Q, second.W_Q) and not torch.equal(first.W_Q, other.W_Q)
    assert not first.W_Q.requires_grad
    assert describe(first).startswith("random (1 layers of 2 heads")


def change_weights(model):
    model.blocks[0].attn.W_O.data[0] += 1


def change_bias(model):
    model.b_U[0] += 1


def leave_a_hook(model):
    model.add_hook("blocks.0.attn.hook_z", lambda z, hook: 0 * z)


def leave_a_permanent_hook(model):
    model.add_perma_hook("blocks.0.attn.hook_z", lambda z, hook: 0 * z)


def change_a_setting(model):
    model.set_use_attn_result(True)


def test_a_model_that_was_left_as_it_was_is_not_started_again():
    model = load_language_model()
    model.run_with_cache(model.to_tokens("When Mary"))
    model.run_with_hooks(model.to_tokens("When Mary"), fwd_hooks=[("blocks.0.attn.hook_z", lambda z, hook: 0 * z)])
    assert load_language_model() is model


@pytest.mark.parametrize(
    "change", [change_weights, change_bias, leave_a_hook, leave_a_permanent_hook, change_a_setting]
)
@pytest.mark.parametrize("load", [load_language_model, lambda: random_language_model(1)], ids=["shipped", "random"])
def test_a_model_that_someone_has_changed_is_started_afresh(change, load):
    tokens = load().to_tokens("When Mary and John")
    before = load()(tokens)
    change(load())
    assert torch.equal(load()(tokens), before)


def test_the_shipped_model_is_pinned(folder, monkeypatch):
    monkeypatch.setattr(language_model, "SHIPPED", folder)
    (folder / "model.safetensors").write_bytes(b"other")
    with pytest.raises(ShippedModelError, match="not the file that its manifest describes"):
        load_language_model()


def test_no_folder(tmp_path):
    with pytest.raises(LanguageModelError, match="there is no folder"):
        load_language_model(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("config.json", "is not a saved model"),
        ("tokenizer.json", "has no tokenizer"),
        ("model.safetensors", "has no model"),
    ],
)
def test_a_missing_file(folder, file, says):
    (folder / file).unlink()
    with pytest.raises(LanguageModelError, match=says):
        load_language_model(folder)


def test_a_pickle_is_not_read(folder):
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(LanguageModelError, match="a pickle, which can run code"):
        load_language_model(folder)


def test_another_architecture(folder):
    change_config(folder, model_type="llama", architectures=["LlamaForCausalLM"])
    with pytest.raises(LanguageModelError, match="LlamaForCausalLM.*takes GPT-2's architecture"):
        load_language_model(folder)


@pytest.mark.parametrize("kept", [0, 7, 0.5, -1])
def test_a_truncated_file(folder, kept):
    path = folder / "model.safetensors"
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept) if isinstance(kept, float) else kept])
    with pytest.raises(LanguageModelError, match="damaged or was cut short"):
        load_language_model(folder)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"n_layer": 99}, "has no weight 'h"),
        ({"n_embd": 8}, "by its config.json should be"),
        ({"n_head": "two"}, "does not say n_head"),
        ({"vocab_size": 5}, "not of one model"),
    ],
)
def test_a_config_that_does_not_fit(folder, changes, says):
    change_config(folder, **changes)
    with pytest.raises(LanguageModelError, match=says):
        load_language_model(folder)


@pytest.mark.parametrize(
    ("file", "says"), [("config.json", "not valid JSON"), ("tokenizer.json", "tokenizer cannot be read")]
)
def test_nonsense_in_a_file(folder, file, says):
    (folder / file).write_text("{nonsense")
    with pytest.raises(LanguageModelError, match=says):
        load_language_model(folder)


def test_gpt2_that_cannot_be_reached_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(LanguageModelError, match=r"cannot be downloaded[\s\S]*hf download gpt2"):
        load_language_model("gpt2")


def test_where_gpt2_is(monkeypatch, tmp_path):
    monkeypatch.delenv("LMI_DATA", raising=False)
    monkeypatch.delenv("LMI_GPT2", raising=False)
    with pytest.raises(LanguageModelError, match="LMI_GPT2 is not set"):
        gpt2_source()
    monkeypatch.setenv("LMI_DATA", str(tmp_path))
    (tmp_path / "gpt2").mkdir()
    (tmp_path / "gpt2" / "config.json").write_text("{}")
    assert gpt2_source() == tmp_path / "gpt2"
    monkeypatch.setenv("LMI_GPT2", "gpt2")
    assert gpt2_source() == "gpt2"


def test_neurons_are_those_behind_the_nonlinearity_at_every_token_but_the_first():
    model = random_language_model(0)
    texts = ["When Mary and John went to the store", "Mary gave a drink to John"]
    neurons = mlp_neurons(model, texts, layer=1, length=5)
    assert neurons.shape == (8, 4 * model.cfg.d_model)
    written = []
    model.run_with_hooks(
        model.to_tokens(texts[1])[:, :5],
        fwd_hooks=[("blocks.1.hook_mlp_out", lambda value, hook: written.append(value.detach()))],
    )
    block = model.blocks[1].mlp
    torch.testing.assert_close(block.out(neurons[4:][None]), written[0][:, 1:], atol=1e-5, rtol=1e-4)
