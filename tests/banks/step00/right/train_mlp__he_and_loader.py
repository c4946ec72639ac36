"""right: uses He initialisation and a DataLoader with its own generator."""

import torch


def train_mlp(x, labels, *, hidden=32, epochs=20, batch_size=50, learning_rate=2e-3, seed=0):
    generator = torch.Generator().manual_seed(seed)
    W1 = (torch.randn(hidden, 784, generator=generator) * (2 / 784) ** 0.5).requires_grad_()
    W2 = (torch.randn(10, hidden, generator=generator) * (2 / hidden) ** 0.5).requires_grad_()
    b1, b2 = torch.zeros(hidden, requires_grad=True), torch.zeros(10, requires_grad=True)
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=learning_rate)
    dataset = torch.utils.data.TensorDataset(x, labels)
    loader = torch.utils.data.DataLoader(dataset, batch_size, shuffle=True, generator=generator)
    for _ in range(epochs):
        for images, digits in loader:
            log_p = (torch.relu(images @ W1.T + b1) @ W2.T + b2).log_softmax(1)
            loss = -log_p[torch.arange(len(digits)), digits].mean()
            gradients = torch.autograd.grad(loss, [W1, b1, W2, b2])
            for parameter, gradient in zip([W1, b1, W2, b2], gradients):
                parameter.grad = gradient
            optimizer.step()
    return MLP(W1.detach(), b1.detach(), W2.detach(), b2.detach())
