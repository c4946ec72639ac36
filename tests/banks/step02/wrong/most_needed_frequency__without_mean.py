"""wrong: keeps the projection alone, without the mean logits. Fails: 02.most_needed_frequency."""


def most_needed_frequency(logits, frequencies):
    without = excluded_loss(logits, frequencies, torch.arange(len(logits)))
    most = int(without.argmax())
    lost, alone = without[most].item(), cross_entropy_high_precision(project_onto_frequency(logits, int(frequencies[most])), _labels(logits)).item()
    return Needed(int(frequencies[most]), lost, alone, alone < lost)
