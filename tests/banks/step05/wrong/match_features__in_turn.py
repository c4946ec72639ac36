"""wrong: lets the rows of a choose in turn. Fails: 05.match_features."""

def match_features(a, b):
    table = nn.functional.normalize(a, dim=-1) @ nn.functional.normalize(b, dim=-1).T
    left, rows, columns = table.clone(), torch.arange(min(len(a), len(b))), []
    for row in rows:
        columns.append(int(left[row].argmax()))
        left[:, columns[-1]] = -torch.inf
    columns = torch.tensor(columns)
    return Matching(rows, columns, table[rows, columns])
