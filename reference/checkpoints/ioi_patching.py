"""Step 04's recorded numbers: patching and paths on the small model that the course ships."""

import functools

import torch

from exercises.kit.language_model import load_language_model
from exercises.kit.step04.sentences import standard_sentences
from reference.step04_ioi import bonus, heads, patching, paths
from reference.step04_ioi.prompts import Prompts, corrupt_prompts, make_prompts


def residual_stream_at_s2_and_end() -> list[float]:
    """Recovery by layer: at S2, then at END; sentences of the first frame, so that positions mean something."""
    model, prompts = _model(), _prompts()
    rows = prompts.positions["S2"] == prompts.positions["S2"][0]
    recovery = patching.patch_residual_stream(model, *(part[rows] for part in _s2_runs()))
    return torch.stack([recovery[:, int(prompts.positions["S2"][0])], recovery[:, -1]]).flatten().tolist()


def head_patching() -> list[float]:
    """Recovery by head, all positions, S2 swapped."""
    return _heads(None).flatten().tolist()


def head_patching_at_end() -> list[float]:
    return _heads("END").flatten().tolist()


def head_patching_at_s2() -> list[float]:
    return _heads("S2").flatten().tolist()


def path_patching_to_the_end() -> list[float]:
    """Relative change by sender; the other prompts are the ABC control."""
    return _to_the_end().flatten().tolist()


def path_patching_to_the_end_on_the_clean_scale() -> list[float]:
    """The same with the last scale frozen, and then with the MLPs as well."""
    runs = _control_runs()
    grids = [paths.path_patch(_model(), *runs, frozen=frozen) for frozen in (("scale",), ("mlps", "scale"))]
    return torch.stack(grids).flatten().tolist()


def path_patching_to_the_end_s2_swapped() -> list[float]:
    """Relative change by sender when the other prompts have S2 swapped; then the same with the last scale frozen."""
    grids = [paths.path_patch(_model(), *_s2_runs(), frozen=frozen) for frozen in ((), ("scale",))]
    return torch.stack(grids).flatten().tolist()


def path_patching_to_the_name_movers_queries() -> list[float]:
    """Relative change by sender, through the queries of the heads that look at IO from END."""
    return paths.path_patch(_model(), *_control_runs(), _look_at_io(), "q").flatten().tolist()


def path_patching_to_s_inhibition_values() -> list[float]:
    """Relative change by sender, through the values of the head that matters most to those queries."""
    strongest = torch.tensor(path_patching_to_the_name_movers_queries()).argmin()
    receivers = torch.zeros_like(_to_the_end(), dtype=torch.bool)
    receivers.view(-1)[strongest] = True
    return paths.path_patch(_model(), *_control_runs(), receivers, "v").flatten().tolist()


def attribution_patching_guess() -> list[float]:
    return paths.attribution_patching(_model(), *_s2_runs()).flatten().tolist()


def integrated_gradients_guess() -> list[float]:
    return bonus.integrated_gradients(_model(), *_s2_runs()).flatten().tolist()


def _heads(role: str | None) -> torch.Tensor:
    at = _prompts().positions[role] if role else None
    return patching.patch_heads(_model(), *_s2_runs(), at)


@functools.cache
def _to_the_end() -> torch.Tensor:
    return paths.path_patch(_model(), *_control_runs())


def _look_at_io() -> torch.Tensor:
    """Heads with more than half of their attention from END on IO, on average over prompts."""
    seen = heads.attention_to_names(_model(), *_prompts())
    return seen.attention[..., 0].mean(dim=-1) > 0.5


@functools.cache
def _model():
    return load_language_model()


@functools.cache
def _prompts() -> Prompts:
    return make_prompts(_model(), *standard_sentences())


def _s2_runs() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    prompts = _prompts()
    corrupted = corrupt_prompts(prompts.tokens, prompts.answers, prompts.positions, "swap_s2")
    return prompts.tokens, corrupted, prompts.answers


def _control_runs() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    control = make_prompts(_model(), *standard_sentences(control=True))
    return _prompts().tokens, control.tokens, _prompts().answers
