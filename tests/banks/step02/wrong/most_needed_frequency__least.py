"""wrong: names the frequency that is missed least. Fails: 02.most_needed_frequency."""


def most_needed_frequency(logits, frequencies):
    without = excluded_loss(logits, frequencies, torch.arange(len(logits)))
    most = int(without.argmin())
    lost, alone = without[most].item(), restricted_loss(logits, frequencies[most : most + 1])
    return Needed(int(frequencies[most]), lost, alone, alone < lost)
