"""wrong: corrupts in one way only. Fails: 04.compare_corruptions."""
def compare_corruptions(model, tokens, answers, positions):
    def sweep(how):
        corrupted = corrupt_prompts(tokens, answers, positions, how)
        return patch_heads(model, tokens, corrupted, answers, at=positions["END"])

    return Corruptions(sweep("swap_names"), sweep("swap_names"))
