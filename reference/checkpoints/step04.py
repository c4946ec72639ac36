"""What the recorded numbers of step 04 are made of: one function for each, in these modules."""

from reference.checkpoints import ioi_attribution, ioi_circuit, ioi_gpt2, ioi_patching

PARTS = (ioi_attribution, ioi_patching, ioi_circuit, ioi_gpt2)
