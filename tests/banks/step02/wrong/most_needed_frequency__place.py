"""wrong: returns the place of the frequency in the list. Fails: 02.most_needed_frequency."""


def most_needed_frequency(logits, frequencies):
    without = excluded_loss(logits, frequencies, torch.arange(len(logits)))
    most = int(without.argmax())
    lost, alone = without[most].item(), restricted_loss(logits, frequencies[most : most + 1])
    return Needed(most, lost, alone, alone < lost)
