"""wrong: makes the sum of squared cosines largest. Fails: 05.match_features."""

from scipy.optimize import linear_sum_assignment


def match_features(a, b):
    table = nn.functional.normalize(a, dim=-1) @ nn.functional.normalize(b, dim=-1).T
    rows, columns = map(torch.from_numpy, linear_sum_assignment(table.square().numpy(), maximize=True))
    return Matching(rows, columns, table[rows, columns])
