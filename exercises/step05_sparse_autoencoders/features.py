"""Reading a feature: when is it active, what does it do to the output, is it one neuron, is the story true?"""

from typing import NamedTuple

from jaxtyping import Bool, Float, Int64
from torch import Tensor


class Examples(NamedTuple):
    """Places in a text, strongest first."""

    row: Int64[Tensor, "example"]
    position: Int64[Tensor, "example"]
    activation: Float[Tensor, "example"]


def top_activating_examples(h: Float[Tensor, "row position"], count: int) -> Examples:
    """Where one feature is most active, at most one place in every row of text: the `count` strongest, strongest first.

    A row's place is its largest activation, so that one long passage does not fill the list. Rows in which the
    feature is not active (0) are no examples: fewer than `count` may come back. Takes float32 [row, position],
    returns int64, int64 and float32 [example]. Source: Bricken et al. 2023, "Feature interpretability".
    """
    raise NotImplementedError("Return the Examples: the strongest place of each of the strongest rows")


def logit_effect(
    direction: Float[Tensor, "neuron"], W_out: Float[Tensor, "neuron d_model"], W_U: Float[Tensor, "d_model vocab"]
) -> Float[Tensor, "vocab"]:
    """What one unit of a feature does to the logits, directly: direction · W_out · W_U, centred over the vocabulary.

    The mean goes because a number added to every logit changes no probability (step 00, `gauge_shift`). Takes float32
    [neuron], [neuron, d_model] and [d_model, vocab], returns float32 [vocab]. Source: Bricken et al. 2023, "Feature
    Interpretability" (logit weights).
    """
    raise NotImplementedError("Return what one unit of the feature adds to each logit, with a mean of 0")


class Alignment(NamedTuple):
    """The neuron that is nearest to each feature."""

    neuron: Int64[Tensor, "latent"]
    cosine: Float[Tensor, "latent"]


def neuron_alignment(W_dec: Float[Tensor, "latent neuron"]) -> Alignment:
    """Each feature's nearest neuron: the one whose axis has the largest cosine *in size* with the feature's direction.

    Returns its number and the cosine, with its sign: ±1 for a feature that is a neuron, near 0 for one that is
    spread over many. Rows need not be unit vectors; a zero row has cosine 0. Takes float32 [latent, neuron], returns
    int64 and float32 [latent]. Source: Bricken et al. 2023, "Features vs. neurons".
    """
    raise NotImplementedError("Return the Alignment: for each feature the nearest neuron, and the cosine with its sign")


class Judgement(NamedTuple):
    """How far "active" and "the description holds" are the same places."""

    precision: float
    recall: float


def precision_and_recall(
    h: Float[Tensor, "*place"], described: Bool[Tensor, "*place"], threshold: float = 0.0
) -> Judgement:
    """Test a description of when a feature is active, against the truth.

    Precision: the share of the places with h > `threshold` in which the description holds. Recall: the share of the
    places in which it holds that have h > `threshold`. 0 where there is nothing to divide by. Takes float32 and bool
    of one shape, returns floats. Raises ValueError for different shapes. Source: Bricken et al. 2023, "Feature
    interpretability: specificity, sensitivity".
    """
    raise NotImplementedError("Return the Judgement of the description: precision and recall")


class Decision(NamedTuple):
    """Which of two descriptions is left, and how often the feature is active where only one of them holds."""

    fits: str  # "first", "second" or "neither"
    first: float | None
    second: float | None


def decide_between(
    h: Float[Tensor, "*place"],
    first: Bool[Tensor, "*place"],
    second: Bool[Tensor, "*place"],
    threshold: float = 0.0,
    share: float = 0.5,
) -> Decision:
    """Two descriptions of one feature that agree nearly everywhere: which of them does the text exclude?

    Only the places where one holds and the other does not can tell. The numbers: in which share of the places where
    only the first description holds is h > `threshold`; likewise for the second; None where there are no such places,
    as for a description that is a part of the other. A description fits if the feature is active in at least `share` of
    the places that only this one names, and in less than `share` of those that only the other names; a side without
    places has nothing against it. At most one fits; `fits` is "neither" when none does. Takes float32 and twice bool of
    one shape, returns a str and two floats or None. Raises ValueError for different shapes, and for descriptions that
    agree everywhere. Source: this project; a control in the sense of Bricken et al. 2023, "Feature interpretability".
    """
    raise NotImplementedError(
        "Return the Decision: which description fits, and how often the feature is active where one holds"
    )
