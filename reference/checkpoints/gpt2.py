"""GPT-2 small, for the recorded numbers that need it."""

import functools
from typing import TYPE_CHECKING

from autograder.testing import CheckpointUnavailable
from exercises.kit.language_model import LanguageModelError, gpt2_source, load_language_model
from exercises.kit.step04.gpt2 import GPT2Prompts, gpt2_prompts

if TYPE_CHECKING:
    from transformer_lens.model_bridge import TransformerBridge


@functools.cache
def gpt2() -> "tuple[TransformerBridge, GPT2Prompts]":
    """The model and its eight prompts. Raises CheckpointUnavailable when its weights are not here."""
    try:
        model = load_language_model(gpt2_source())
    except LanguageModelError as error:
        raise CheckpointUnavailable(str(error)) from None
    return model, gpt2_prompts(model)
