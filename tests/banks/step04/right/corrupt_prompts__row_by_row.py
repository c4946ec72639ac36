"""right: changes one number after the other."""

def corrupt_prompts(tokens, answers, positions, how):
    if how not in {"swap_names", "swap_s2"}:
        raise ValueError(how)
    result = tokens.tolist()
    for i, (io, s) in enumerate(answers.tolist()):
        if how == "swap_s2":
            result[i][int(positions["S2"][i])] = io
        else:
            result[i] = [{io: s, s: io}.get(token, token) for token in result[i]]
    return torch.tensor(result)
