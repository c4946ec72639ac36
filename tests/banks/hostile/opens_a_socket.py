"""hostile (escape): tries to send what it sees over the network. Says: PermissionError."""
import socket


def logits(x, W, bias):
    with socket.create_connection(("127.0.0.1", 80), timeout=2) as connection:
        connection.sendall(str(x).encode())
    return x @ W.T + bias
