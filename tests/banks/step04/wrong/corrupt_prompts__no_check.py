"""wrong: takes any other word for swap_s2. Fails: 04.corrupt_prompts."""

def corrupt_prompts(
    tokens: Int64[Tensor, "prompt position"], answers: Int64[Tensor, "prompt 2"], positions: Positions, how: str
) -> Int64[Tensor, "prompt position"]:
    io, s = answers[:, :1], answers[:, 1:]
    if how == "swap_names":
        return torch.where(tokens == io, s, torch.where(tokens == s, io, tokens))
    return tokens.scatter(1, positions["S2"][:, None], io)
