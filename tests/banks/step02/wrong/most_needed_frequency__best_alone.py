"""wrong: names the frequency that is best alone, not the one that is missed most. Fails: 02.most_needed_frequency."""


def most_needed_frequency(logits, frequencies):
    without = excluded_loss(logits, frequencies, torch.arange(len(logits)))
    most = int(torch.tensor([restricted_loss(logits, frequencies[i : i + 1]) for i in range(len(frequencies))]).argmin())
    lost, alone = without[most].item(), restricted_loss(logits, frequencies[most : most + 1])
    return Needed(int(frequencies[most]), lost, alone, alone < lost)
