"""wrong: takes the best pair again and again. Fails: 05.match_features."""

def match_features(a, b):
    table = nn.functional.normalize(a, dim=-1) @ nn.functional.normalize(b, dim=-1).T
    left, pairs = table.clone(), []
    for _ in range(min(table.shape)):
        row, column = divmod(int(left.argmax()), len(b))
        pairs.append((row, column))
        left[row], left[:, column] = -torch.inf, -torch.inf
    rows, columns = torch.tensor(sorted(pairs)).T
    return Matching(rows, columns, table[rows, columns])
