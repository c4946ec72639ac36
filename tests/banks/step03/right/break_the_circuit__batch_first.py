"""right: averages patterns before scoring them."""

def break_the_circuit(weights, tokens):
    half = tokens.shape[1] // 2
    plain = attention_only_forward(weights, tokens)
    intact = prefix_matching_score(plain.patterns[1].mean(0), half)
    rows = []
    for head in range(plain.outputs.shape[2]):
        usual = plain.outputs[0, :, head].mean(0, keepdim=True).expand(len(tokens), -1, -1)
        run = attention_only_forward(weights, tokens, overwrite=[(0, head, usual)])
        rows.append(prefix_matching_score(run.patterns[1].mean(0), half))
    return Broken(intact, torch.stack(rows))
