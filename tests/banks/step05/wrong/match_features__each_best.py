"""wrong: takes each row's best. Fails: 05.match_features."""

def match_features(a, b):
    table = nn.functional.normalize(a, dim=-1) @ nn.functional.normalize(b, dim=-1).T
    rows, columns = torch.arange(len(a)), table.argmax(1)
    return Matching(rows, columns, table[rows, columns])
