"""Step 02: a small transformer learns to add modulo p, and its weights say how."""
