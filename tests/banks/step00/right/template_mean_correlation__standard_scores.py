"""right: averages products of standard scores."""

def template_mean_correlation(W, means):
    def scores(rows):
        rows = rows.double() - rows.double().mean(0)
        return (rows - rows.mean(1, keepdim=True)) / rows.std(1, correction=0, keepdim=True)

    return (scores(W) * scores(means)).mean(1).float()
