"""Step 05's given code: the corpus, the language model, labels on source text, pages for features."""

import json
import re

import pytest
import torch

from exercises.kit.shipped import ShippedModelError
from exercises.kit.step05 import autoencoders, feature_pages, labels, model, python_source
from exercises.kit.step05.python_source import BOS, ROW, SourceFile


@pytest.fixture(scope="module")
def weights():
    return model.load_code_model()


@pytest.fixture(scope="module")
def tokenizer():
    return python_source.load_tokenizer()


def test_a_files_name_decides_its_split_and_one_in_ten_is_held_out():
    train, held_out = (python_source.source_files(split) for split in ("train", "held_out"))
    assert not {file.name for file in train} & {file.name for file in held_out}
    assert 0.05 < len(held_out) / (len(train) + len(held_out)) < 0.15
    assert "ast.py" in {file.name for file in (*train, *held_out)}
    assert not [file.name for file in train if file.name.startswith(("test/", "idlelib/", "site-packages/"))]


def test_rows_begin_with_bos_and_hold_the_text_in_order():
    stream = torch.arange(1, 3 * (ROW - 1) + 6)
    rows = python_source.rows_of(stream, offset=2)
    assert rows.shape == (3, ROW)
    assert (rows[:, 0] == BOS).all()
    assert rows[:, 1:].flatten().tolist() == list(range(3, 3 * (ROW - 1) + 3))


def test_text_survives_the_tokenizer(tokenizer):
    text = "def f(self, x=1):\n    return 'naïve — ünïcode', 0x1F  # …\n"
    assert tokenizer.decode(tokenizer.encode(text).ids) == text
    assert tokenizer.get_vocab_size() == len(python_source.token_strings(tokenizer)) == 1536


def test_too_small_a_library_is_refused(tmp_path, monkeypatch):
    (tmp_path / "alone.py").write_text("pass\n")
    monkeypatch.setattr(python_source, "library", lambda: tmp_path)
    python_source.source_files.cache_clear()
    with pytest.raises(ShippedModelError, match="has 1 files of Python source|has 0 files of Python source"):
        python_source.source_files("train")
    python_source.source_files.cache_clear()


def test_another_version_of_python_is_said(tmp_path):
    recorded = json.loads((python_source.FOLDER / "corpus.json").read_text())
    here = python_source.fingerprints()
    files = dict(here)
    changed, missing, *_ = files
    files[changed] = "0" * 16
    del files[missing]
    files["no/longer.py"] = "1" * 16
    (tmp_path / "corpus.json").write_text(json.dumps({"python": "3.0.1", "files": files}))
    found = python_source.compare_with_training(tmp_path)
    assert (found.same, found.changed, found.missing, found.new) == (len(here) - 2, 1, 1, 1)
    assert "of Python 3.0.1" in found.message
    assert len(recorded["files"]) > 300


def test_the_same_library_is_said_too(tmp_path):
    (tmp_path / "corpus.json").write_text(json.dumps({"python": "3", "files": python_source.fingerprints()}))
    assert python_source.compare_with_training(tmp_path).message.endswith("is the one that the model was trained on.")


@pytest.mark.parametrize("content", ["{", "[]", '{"files": {}}'])
def test_a_broken_corpus_list_is_refused(tmp_path, content):
    (tmp_path / "corpus.json").write_text(content)
    with pytest.raises(ShippedModelError, match="corpus.json cannot be read"):
        python_source.compare_with_training(tmp_path)


def test_a_broken_tokenizer_is_refused(tmp_path):
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(ShippedModelError, match="tokenizer.json cannot be read"):
        python_source.load_tokenizer(tmp_path)


def test_the_autoencoder_was_trained_on_the_shipped_model():
    manifest = json.loads((autoencoders.AUTOENCODER / "manifest.json").read_text())
    assert manifest["language_model"] == model.read_manifest()["sha256"]


def test_a_position_sees_nothing_after_it(weights):
    tokens = torch.randint(1, 1536, (2, 12), generator=torch.Generator().manual_seed(0))
    other = tokens.clone()
    other[:, 8:] = 5
    logits = model.run_code_model(weights, tokens).logits
    torch.testing.assert_close(logits[:, :8], model.run_code_model(weights, other).logits[:, :8])
    with pytest.raises(ValueError, match="129 tokens in a row"):
        model.run_code_model(weights, torch.zeros(1, 129, dtype=torch.long))


def test_an_edit_stands_in_for_the_neurons(weights):
    tokens = torch.randint(1, 1536, (2, 12), generator=torch.Generator().manual_seed(0))
    clean = model.run_code_model(weights, tokens)
    without = model.run_code_model(weights, tokens, torch.zeros_like)
    torch.testing.assert_close(
        clean.logits - without.logits, clean.neurons @ weights["W_out"] @ weights["W_U"], atol=1e-3, rtol=1e-4
    )


def test_the_loss_is_of_the_next_token(weights):
    tokens = torch.randint(1, 1536, (2, 12), generator=torch.Generator().manual_seed(0))
    logits = model.run_code_model(weights, tokens).logits
    by_hand = -logits[1, 4].log_softmax(-1)[tokens[1, 5]]
    torch.testing.assert_close(model.next_token_loss(logits, tokens)[1, 4], by_hand)


SOURCE = '''"""What it is."""
import os, sys  # both

def area(r: int = 3):
    """Of a circle."""
    if r < 0:
        raise ValueError("negative" + f(r, [1]))
    return 3.14 * r
'''


@pytest.mark.parametrize(
    ("label", "texts"),
    [
        ("docstring", ['"""What it is."""', '"""Of a circle."""']),
        ("comment", ["# both"]),
        ("import", [" os, sys"]),
        ("name after def", ["area"]),
        ("string", ['"negative"']),
        ("number", ["3", "0", "1", "3.14"]),
        ("raise", [' ValueError("negative" + f(r, [1]))']),
        ("return", [" 3.14 * r"]),
        ("open bracket", ["r: int = 3", '"negative" + f(r, [1])']),
        ("indent", [" " * 4, " " * 4, " " * 8, " " * 4]),
    ],
)
def test_labels_cover_what_they_say(label, texts):
    spans = [span for name, span in labels.spans(SOURCE) if name == label]
    assert [SOURCE[start:end].removesuffix("  # both") for start, end in spans] == texts


def test_labels_come_to_the_tokens(tokenizer):
    file = SourceFile("mine.py", SOURCE * 12)
    rows = labels.labelled_rows([file], tokenizer)
    assert rows.tokens.shape == rows.labels["docstring"].shape
    for row, marked in zip(rows.tokens, rows.labels["name after def"], strict=True):
        found = tokenizer.decode(row[marked].tolist())
        assert set(found.split()) <= {"area"}
    assert not any(marked[:, 0].any() for marked in rows.labels.values())


def test_a_file_that_is_no_python_has_no_labels(tokenizer):
    files = [SourceFile("a.py", "x = (\n" * 100), SourceFile("b.py", SOURCE * 12)]
    rows = labels.labelled_rows(files, tokenizer)
    assert not rows.labels["docstring"][0].any()
    assert rows.labels["docstring"][-1].any()


def view(h, **changes):
    effect = torch.linspace(1, -1, 1536)
    fields = {"number": 7, "description": "<b>quotes</b>", "h": h, "examples": [(1, 5)], "logit_effect": effect}
    return feature_pages.FeatureView(**fields | {"neurons": [(3, -0.5)]} | changes)


def test_a_page_needs_nothing_else_and_escapes_what_it_quotes(tokenizer):
    strings = python_source.token_strings(tokenizer)
    tokens = torch.tensor([tokenizer.encode("x = a < b & c" * 3).ids[:9]] * 3)
    h = torch.zeros(3, 9)
    h[1, 5], h[2, 3] = 2.0, 0.3
    page = feature_pages.feature_page(view(h), tokens, strings)
    assert not re.search(r"(?:src|href)=|@import|url\(", page)
    assert "&lt;b&gt;quotes" in page
    assert "<b>quotes" not in page
    assert "0 to 20 % of the largest: 1 tokens" in page
    assert 'class="peak"' in page


def test_a_feature_that_is_never_active_has_a_page_too(tokenizer, tmp_path):
    strings = python_source.token_strings(tokenizer)
    tokens = torch.ones(2, 9, dtype=torch.long)
    index = feature_pages.write_pages([view(torch.zeros(2, 9), examples=[])], tokens, strings, tmp_path / "new")
    assert "feature7.html" in index.read_text()
    assert "0.00 %" in (tmp_path / "new" / "feature7.html").read_text()


def test_toy_activations_are_sums_of_few_features():
    toy = autoencoders.load_toy()
    x = autoencoders.toy_activations(toy, 500, seed=1)
    assert x.shape == (500, toy.features.shape[1])
    assert (x.norm(dim=1) > 0).all()
    torch.testing.assert_close(x, autoencoders.toy_activations(toy, 500, seed=1))
