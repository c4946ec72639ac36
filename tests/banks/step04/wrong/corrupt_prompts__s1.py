"""wrong: overwrites S1 in place of S2. Fails: 04.corrupt_prompts."""

def corrupt_prompts(
    tokens: Int64[Tensor, "prompt position"], answers: Int64[Tensor, "prompt 2"], positions: Positions, how: str
) -> Int64[Tensor, "prompt position"]:
    io, s = answers[:, :1], answers[:, 1:]
    if how == "swap_names":
        return torch.where(tokens == io, s, torch.where(tokens == s, io, tokens))
    if how == "swap_s2":
        return tokens.scatter(1, positions["S1"][:, None], io)
    raise ValueError(f'how is {how!r}; it must be "swap_names" or "swap_s2".')
