"""wrong: patches from the corrupted run. Fails: 04.compare_corruptions."""
def compare_corruptions(model, tokens, answers, positions):
    def sweep(how):
        corrupted = corrupt_prompts(tokens, answers, positions, how)
        return patch_heads(model, corrupted, tokens, answers, at=positions["END"])

    return Corruptions(sweep("swap_names"), sweep("swap_s2"))
