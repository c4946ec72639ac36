"""wrong: starts all hidden units alike. Fails: 00.train_mlp."""

import torch


def train_mlp(x, labels, *, hidden=32, epochs=20, batch_size=50, learning_rate=2e-3, seed=0):
    torch.manual_seed(seed)
    net = torch.nn.Sequential(torch.nn.Linear(784, hidden), torch.nn.ReLU(), torch.nn.Linear(hidden, 10))
    for p in net.parameters():
        torch.nn.init.constant_(p, 0.01)
    optimizer = torch.optim.Adam(net.parameters(), lr=learning_rate)
    for _ in range(epochs):
        for batch in torch.randperm(len(x)).split(batch_size):
            loss = torch.nn.functional.cross_entropy(net(x[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return MLP(*(p.detach() for p in net.parameters()))
